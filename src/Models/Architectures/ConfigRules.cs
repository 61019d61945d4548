namespace DecodeAlign.Models;

/// <summary>Rules of Hugging Face configs that several architectures share.</summary>
internal static class ConfigRules
{
    /// <summary>Hidden size / heads.</summary>
    public static int HeadSize(JsonFields config, string headsField, int hidden, int heads)
    {
        if (hidden % heads != 0) throw config.Bad(headsField, $"{heads} heads do not divide the hidden size {hidden}, and head_dim is missing");
        return hidden / heads;
    }

    /// <summary><c>num_key_value_heads</c>, or all heads.</summary>
    public static int KvHeads(JsonFields config, int heads)
    {
        var count = config.FindInt("num_key_value_heads", 1, Limits.Heads) ?? heads;
        return heads % count == 0 ? count : throw config.Bad("num_key_value_heads", $"{count} does not divide num_attention_heads {heads}");
    }

    /// <summary>SmolLM3: <c>no_rope_layers</c> has 1 for a layer with rotary positions, 0 for one without; or every <c>no_rope_layer_interval</c>-th goes without.</summary>
    public static IReadOnlyList<int> LayersWithoutRope(JsonFields config, int layers)
    {
        var all = Enumerable.Range(0, layers);
        if (config.Has("no_rope_layers"))
        {
            var marks = config.Ints("no_rope_layers", 0, 1, Limits.Layers);
            return marks.Count >= layers ? [.. all.Where(i => marks[i] == 0)] : throw config.Bad("no_rope_layers", $"has {marks.Count} entries for {layers} layers");
        }
        var interval = config.FindInt("no_rope_layer_interval", 1, Limits.Layers) ?? 4;
        return [.. all.Where(i => (i + 1) % interval == 0)];
    }

    /// <summary>The window (0: none, or as wide as the context), and the layers that do without.</summary>
    /// <param name="config">The config.</param>
    /// <param name="rule">Where the window is put.</param>
    /// <param name="defaultWindow">The window where none is named.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="context">Context length.</param>
    /// <param name="withoutRope">Layers without rotary positions, where these are the ones that have the window; else null.</param>
    /// <param name="pattern">Every so manieth layer does without, where the config does not say; 0: none.</param>
    public static (int Window, IReadOnlyList<int> Without) SlidingWindow(JsonFields config, WindowRule rule, int defaultWindow, int layers, int context, IReadOnlyList<int>? withoutRope, int pattern)
    {
        if (rule == WindowRule.None || (rule == WindowRule.WhenEnabled && !config.Flag("use_sliding_window", false))) return (0, []);
        var window = config.FindInt("sliding_window", 1, int.MaxValue) ?? (config.IsNull("sliding_window") ? 0 : defaultWindow);
        if (window == 0 || window >= context) return (0, []);
        int[] without = [.. WithoutWindow(config, rule, layers, withoutRope, pattern)];
        return without.Length == layers ? (0, []) : (window, without.Length == 0 ? [] : without);
    }

    private static IEnumerable<int> WithoutWindow(JsonFields config, WindowRule rule, int layers, IReadOnlyList<int>? withoutRope, int pattern)
    {
        var all = Enumerable.Range(0, layers);
        if (config.Has("layer_types"))
        {
            var types = config.Texts("layer_types", Limits.Layers);
            if (types.Count != layers) throw config.Bad("layer_types", $"has {types.Count} entries for {layers} layers");
            if (types.FirstOrDefault(t => t is not ("full_attention" or "sliding_attention")) is { } other) throw config.Bad("layer_types", $"'{other}' is not supported");
            return all.Where(layer => types[layer] == "full_attention");
        }
        if (pattern > 0)
        {
            var every = config.FindInt("sliding_window_pattern", 1, Limits.Layers) ?? pattern;
            return all.Where(layer => (layer + 1) % every == 0);
        }
        if (rule == WindowRule.Always) return [];
        if (withoutRope is not null) return all.Except(withoutRope);
        var first = config.FindInt("max_window_layers", 0, int.MaxValue) ?? 28;
        return all.Where(layer => layer < first);
    }
}
