namespace DecodeAlign.Models;

/// <summary>Rotary positions as a GGUF file states them.</summary>
internal static class GgufRope
{
    public static RopeDescription Read(GgufFile file, string name, int headSize)
    {
        var fields = file.Fields;
        if (fields.FindInt($"{name}.rope.dimension_count", 1, Limits.HeadSize) is { } turned && turned != headSize)
            throw fields.Bad($"{name}.rope.dimension_count", $"{turned} of a head's {headSize} is not supported");
        if (file.Tensors.ContainsKey("rope_factors_long.weight")) throw fields.Bad("rope_factors_long.weight", "longrope is not supported");
        var rope = new RopeDescription { Theta = fields.FindNumber($"{name}.rope.freq_base", 1, 1e12) ?? 10000 };
        if (file.Tensors.TryGetValue("rope_freqs.weight", out var factors)) return rope with { FrequencyFactors = Factors(file, factors, headSize) };
        var factor = fields.FindNumber($"{name}.rope.scaling.factor", 1, 1e6) ?? fields.FindNumber($"{name}.rope.scale_linear", 1, 1e6) ?? 1;
        return fields.FindText($"{name}.rope.scaling.type") switch
        {
            null when factor == 1 => rope,
            "none" => rope,
            null or "linear" => rope with { Scaling = RopeScalingKind.Linear, Factor = factor },
            var other => throw fields.Bad($"{name}.rope.scaling.type", $"'{other}' is not supported ('linear' is)"),
        };
    }

    /// <summary>What each pair's frequency is divided by: how converters write Llama 3's scaling.</summary>
    private static double[] Factors(GgufFile file, GgufTensor tensor, int headSize)
    {
        if (tensor.Rows != 1 || tensor.Columns != headSize / 2) throw file.Fields.Bad(tensor.Name, $"has shape {tensor.ShapeText}, not one number for each of {headSize / 2} pairs");
        var factors = new float[tensor.Columns];
        file.Read(tensor, 0, factors);
        if (factors.Any(factor => !float.IsFinite(factor) || factor <= 0)) throw file.Fields.Bad(tensor.Name, "holds what is no divisor");
        return [.. factors.Select(factor => (double)factor)];
    }
}
