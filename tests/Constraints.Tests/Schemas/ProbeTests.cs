using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Small schemas, patterns, grammars and choices after public reports, with texts that must and must not be taken.</summary>
public class ProbeTests
{
    // what is known not to be done, and why
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["duplicate keys in additional"] = "that a name is new is not regular: it is written, and readers take the last",
        ["(a{1,100}){1,100}"] = "ten thousand states of a pattern are more than are compiled; a length beside a pattern, or one class so many times, is counted",
        ["Pydantic set"] = "'uniqueItems' of free texts is not regular, and refused by name",
    };

    [Fact]
    public void Probes_LegalAndIllegalTexts_AreToldApart()
    {
        using var probes = JsonDocument.Parse(File.ReadAllText(SharedData.Require("eval/constraint-probes/probes.json")));
        var faults = new List<string>();
        foreach (var probe in probes.RootElement.EnumerateArray())
        {
            var source = probe.GetProperty("source").GetString()!;
            if (Fault(probe) is { } fault && !Known.ContainsKey(source)) faults.Add($"{source}: {fault}");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static string? Fault(JsonElement probe)
    {
        var (kind, text) = (probe.GetProperty("kind").GetString(), probe.GetProperty("text").GetString()!);
        var (legal, illegal) = (Texts(probe, "legal"), Texts(probe, "illegal"));
        // white space that a layout does not write, and names that are not listed, are read under the options that do
        JsonSchemaOptions options = new()
        {
            WhiteSpace = legal.Exists(one => one.Contains('\n')) ? JsonWhiteSpace.Indented : JsonWhiteSpace.OneSpace,
            Openness = SchemaOpenness.Open,
        };
        try
        {
            TextConstraint constraint = kind switch
            {
                "schema" => new JsonSchema(text, options: options),
                "regex" => new RegexMatch(text),
                "gbnf" => new GrammarMatch(text),
                _ => new OneOf(JsonSerializer.Deserialize<string[]>(text)!),
            };
            constraint.Open(Generation.Context(SchemaText.Bytes, "", 100_000, 0)).Dispose();
            foreach (var one in legal)
                if (!constraint.IsMetBy(one)) return $"not taken: {one}";
            foreach (var one in illegal)
                if (constraint.IsMetBy(one)) return $"taken: {one}";
            return null;
        }
        catch (Exception fault) when (fault is ArgumentException or UnsatisfiableConstraintException)
        {
            return probe.GetProperty("refusalIsRight").GetBoolean() ? null : $"refused: {fault.Message}";
        }
    }

    private static List<string> Texts(JsonElement probe, string name) => [.. probe.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];
}
