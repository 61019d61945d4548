namespace DecodeAlign.Models;

/// <summary>Rotary positions as Hugging Face configs state them.</summary>
internal static class RopeRules
{
    private const double MostTheta = 1e12;

    /// <summary><c>rope_theta</c> and <c>rope_scaling</c>, or the newer <c>rope_parameters</c> that joins them, with <c>partial_rotary_factor</c>.</summary>
    /// <param name="config">The config.</param>
    /// <param name="defaultTheta">The base where none is named.</param>
    /// <param name="headSize">Width of a head.</param>
    /// <param name="context">Most positions, as the config says.</param>
    /// <param name="defaultPart">The share of a head that turns, where the config does not say.</param>
    /// <param name="partField">What that share is called.</param>
    public static RopeDescription Read(JsonFields config, double defaultTheta, int headSize, int context, double defaultPart = 1, string partField = "partial_rotary_factor")
    {
        var joined = config.FindObject("rope_parameters");
        // models with two kinds of layers name the parameters of each
        if (joined?.FindObject("full_attention") is { } full) joined = full;
        var scaling = config.FindObject("rope_scaling") ?? joined;
        var part = joined?.FindNumber(partField, 0, 1) ?? config.FindNumber(partField, 0, 1) ?? defaultPart;
        var turned = (int)(headSize * part);
        if (turned < 2 || turned % 2 != 0) throw config.Bad(partField, $"{part} of a head of {headSize} are {turned} numbers, which are not pairs");
        var rope = new RopeDescription { Theta = Theta(config, joined, defaultTheta), TurnedSize = turned == headSize ? 0 : turned };
        return scaling is null ? rope : Scaled(config, scaling, rope, turned, context);
    }

    /// <summary>The positions of layers with a window, which are never stretched: <c>rope_local_base_freq</c>.</summary>
    public static RopeDescription ReadLocal(JsonFields config, double defaultTheta)
    {
        var joined = config.FindObject("rope_parameters")?.FindObject("sliding_attention");
        return new() { Theta = joined?.FindNumber("rope_theta", 1, MostTheta) ?? config.FindNumber("rope_local_base_freq", 1, MostTheta) ?? defaultTheta };
    }

    /// <summary>Most positions: YaRN's stretched context, where the config gives the original one.</summary>
    public static int Context(RopeDescription rope, int context) =>
        rope.Scaling == RopeScalingKind.Yarn ? (int)Math.Min(Math.Max(context, rope.OriginalContextLength * rope.Factor), Limits.Context) : context;

    private static double Theta(JsonFields config, JsonFields? joined, double defaultTheta) =>
        joined?.FindNumber("rope_theta", 1, MostTheta) ?? config.FindNumber("rope_theta", 1, MostTheta) ?? defaultTheta;

    private static RopeDescription Scaled(JsonFields config, JsonFields scaling, RopeDescription rope, int turned, int context)
    {
        var field = scaling.Has("rope_type") ? "rope_type" : "type";
        switch (scaling.FindText(field))
        {
            case null or "default":
                return rope;
            case "linear":
                return rope with { Scaling = RopeScalingKind.Linear, Factor = scaling.Number("factor", 1, 1e6) };
            case "llama3":
                var low = scaling.Number("low_freq_factor", 1e-6, 1e6);
                var high = scaling.Number("high_freq_factor", 1e-6, 1e6);
                if (low >= high) throw scaling.Bad("low_freq_factor", $"{low} is not below high_freq_factor {high}");
                return rope with
                {
                    Scaling = RopeScalingKind.Llama3,
                    Factor = scaling.Number("factor", 1, 1e6),
                    LowFrequencyFactor = low,
                    HighFrequencyFactor = high,
                    OriginalContextLength = scaling.Int("original_max_position_embeddings", 1, Limits.Context),
                };
            case "yarn":
                return Yarn(scaling, rope, context);
            case "longrope" or "su":
                return LongRope(config, scaling, rope, turned, context);
            case var other:
                throw scaling.Bad(field, $"'{other}' is not supported ('linear', 'llama3', 'yarn' and 'longrope' are)");
        }
    }

    private static RopeDescription Yarn(JsonFields scaling, RopeDescription rope, int context)
    {
        var factor = scaling.Number("factor", 1, 1e6);
        var fast = scaling.FindNumber("beta_fast", 1e-6, 1e6) ?? 32;
        var slow = scaling.FindNumber("beta_slow", 1e-6, 1e6) ?? 1;
        if (slow >= fast) throw scaling.Bad("beta_slow", $"{slow} is not below beta_fast {fast}");
        double Grown(double by) => factor <= 1 ? 1 : 0.1 * by * Math.Log(factor) + 1;
        var (scale, all) = (scaling.FindNumber("mscale", 0, 1e3) ?? 0, scaling.FindNumber("mscale_all_dim", 0, 1e3) ?? 0);
        return rope with
        {
            Scaling = RopeScalingKind.Yarn,
            Factor = factor,
            FastTurns = fast,
            SlowTurns = slow,
            WholePairs = scaling.Flag("truncate", true),
            OriginalContextLength = scaling.FindInt("original_max_position_embeddings", 1, Limits.Context) ?? context,
            Magnitude = scaling.FindNumber("attention_factor", 1e-3, 1e3) ?? (scale > 0 && all > 0 ? Grown(scale) / Grown(all) : Grown(1)),
        };
    }

    /// <summary>Two lists of divisors: which one counts is decided by the context that the model offers, so that a key is the same whatever text follows it.</summary>
    private static RopeDescription LongRope(JsonFields config, JsonFields scaling, RopeDescription rope, int turned, int context)
    {
        var original = scaling.FindInt("original_max_position_embeddings", 2, Limits.Context) ?? config.Int("original_max_position_embeddings", 2, Limits.Context);
        var factor = (double)context / original;
        var name = context > original ? "long_factor" : "short_factor";
        var factors = scaling.Numbers(name, 1e-6, 1e6, turned / 2);
        return rope with
        {
            FrequencyFactors = factors,
            Factor = Math.Max(1, factor),
            OriginalContextLength = original,
            Magnitude = scaling.FindNumber("attention_factor", 1e-3, 1e3) ?? (factor <= 1 ? 1 : Math.Sqrt(1 + Math.Log(factor) / Math.Log(original))),
        };
    }
}
