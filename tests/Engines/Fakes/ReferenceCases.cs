using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>What an independent double-precision pass gave for a trained checkpoint.</summary>
internal static class ReferenceCases
{
    /// <summary>Prompts, the greedy tokens after each, and where they were kept the logits after each token of the prompt.</summary>
    public static List<(int[] Ids, int[] Greedy, double[][] Logits)> Read(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        return [.. json.RootElement.GetProperty("cases").EnumerateObject().Select(example => (
            example.Value.GetProperty("prompt_ids").Deserialize<int[]>()!,
            example.Value.GetProperty("greedy_new_ids").Deserialize<int[]>()!,
            example.Value.TryGetProperty("prompt_logits_all_positions", out var logits) ? logits.Deserialize<double[][]>()! : []))];
    }
}
