using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary>Keeps requests from naming the server's files: what reads one is configured, under a key, and named by that.</summary>
internal sealed class FileGuard(IServiceProviderIsKeyedService keys)
{
    /// <summary>Heuristics whose argument is a file; those of the embedded model's objectives take a folder or <c>default</c>.</summary>
    public static IReadOnlyCollection<string> Heuristics { get; } = ["classifier", "fitted", "profanity", "sentiment", "toxicity"];

    /// <summary>Heuristics whose argument may be a folder.</summary>
    public static IReadOnlyCollection<string> Objectives { get; } = ["brevity", "dialogue", "positivity", "vividness"];

    /// <summary>Constraints whose argument is a file.</summary>
    public static IReadOnlyCollection<string> Constraints { get; } = ["grammar", "json-schema"];

    /// <summary>Rules whose argument is a file.</summary>
    public static IReadOnlyCollection<string> Rules { get; } = ["gated"];

    /// <param name="name">The field of <c>alignment</c>.</param>
    /// <param name="field">What errors call it.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="ApiException">It names a file.</exception>
    public void Check(string name, string field, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return;
        if (name == "calibration") throw Refusal(field, "calibration");
        foreach (var text in Texts(value))
        {
            var wrong = name switch
            {
                "heuristics" => Heuristic(text),
                "objective" => Heuristic(text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]),
                "constraints" => Constraints.Contains(NameOf(text)) && !keys.IsKeyedService(typeof(IConstraint), text),
                "combine" => Rules.Contains(text.Split(':')[0].Trim()),
                "preference" => text.TrimStart().StartsWith("fitted:", StringComparison.Ordinal),
                _ => false,
            };
            if (wrong) throw Refusal(field, NameOf(text));
        }
    }

    /// <summary>Whether a heuristic reads files: one of those, or one that the program added which needs something.</summary>
    public static bool ReadsFiles(string heuristic) => Heuristics.Contains(heuristic) || HeuristicCatalogue.Added.Any(known => known.Name == heuristic && known.Needs is not null);

    private bool Heuristic(string text)
    {
        var name = NameOf(text);
        var specification = text.LastIndexOf('@') is > 0 and var at ? text[..at] : text;
        if (keys.IsKeyedService(typeof(IHeuristic), specification) || keys.IsKeyedService(typeof(IHeuristic), text)) return false;
        return ReadsFiles(name) || (Objectives.Contains(name) && specification.Trim() != $"{name}=default");
    }

    private static string NameOf(string text) => text.Split('=')[0].Split(':')[0].Trim();

    private static ApiException Refusal(string field, string name) =>
        ApiException.Field400(field, $"'{name}' reads a file of the server, which a request can't name; what reads one is configured there and named by its key");

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
        _ => [],
    };
}
