using System.Security.Cryptography;

namespace DecodeAlign.Evaluation;

/// <summary>What makes two specifications one scorer: their name and argument, weights aside; a file by what it holds, wherever it lies.</summary>
internal static class ScorerIdentity
{
    public static string Of(string spec)
    {
        var (text, _) = Heuristics.WeightedSpec.Split(spec, Math.Max(0, spec.IndexOf('=', StringComparison.Ordinal)));
        var parts = text.Split('=', 2);
        if (parts.Length < 2) return text.Trim();
        var argument = parts[1].Trim();
        if (!File.Exists(argument)) return $"{parts[0].Trim()}={argument}";
        using var file = File.OpenRead(argument);
        return $"file:{Convert.ToHexString(SHA256.HashData(file))}";
    }
}
