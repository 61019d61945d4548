using System.Text.Json;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Tests.ChatTemplates;

/// <summary>Our own cases and random ones (tests/Jinja, where more run beside Jinja2 itself), whose texts and errors come from Jinja2 3.1.6 set up as transformers does.</summary>
public class JinjaCaseTests
{
    private static readonly ChatTemplateOptions Options = new() { TimeProvider = new FixedTime(new DateTimeOffset(2025, 6, 7, 8, 9, 10, TimeSpan.Zero)) };
    private static readonly JsonElement[] Files = [Load("jinja-3.1.6.json"), Load("jinja-3.1.6-random.json")];

    public static TheoryData<string> Groups() => [.. Files.SelectMany(file => file.GetProperty("groups").EnumerateObject()).Select(group => group.Name)];

    [Theory]
    [MemberData(nameof(Groups))]
    public void Render_OwnCases_AgreeWithJinja(string group)
    {
        var failures = new List<string>();
        var file = Files.Single(file => file.GetProperty("groups").TryGetProperty(group, out _));
        foreach (var one in file.GetProperty("groups").GetProperty(group).EnumerateArray())
        {
            var source = one.GetProperty("template").GetString()!;
            var expected = one.TryGetProperty("text", out var text) ? text.GetString()! : one.TryGetProperty("raised", out var raised) ? "raised " + raised.GetString() : "an error";
            if (Outcome(source, file.GetProperty("variables")) is var got && got != expected)
                failures.Add($"{source}\n  expected {JsonSerializer.Serialize(expected)}\n  got      {JsonSerializer.Serialize(got)}");
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static string Outcome(string source, JsonElement variables)
    {
        try
        {
            return ChatTemplate.Parse(source, "case", Options).Render(variables);
        }
        catch (ChatTemplateException exception)
        {
            return exception.RaisedByTemplate ? "raised " + exception.Reason : "an error";
        }
    }

    private static JsonElement Load(string name)
    {
        using var stream = typeof(JinjaCaseTests).Assembly.GetManifestResourceStream(name)!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
