using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Tests;

/// <summary>
/// Random templates through ours and through Jinja2 itself, in Python: the same text, the same raised message, or an error in both. With
/// <c>DECODEALIGN_WRITE=file</c> the first ones are written as the cases that `dotnet test` holds (tests/Models.Tests/ChatTemplates/Cases).
/// </summary>
public sealed class TemplateFuzzTests
{
    private const string Version = "3.1.6";
    private const int Written = 250;

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly int Templates = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 100_000, "middle" => 3000, _ => 1000 };
    private static readonly int Workers = Math.Min(4, Environment.ProcessorCount);
    private static readonly ChatTemplateOptions Options = new() { TimeProvider = new FixedTime(new DateTimeOffset(2025, 6, 7, 8, 9, 10, TimeSpan.Zero)) };

    private const string Variables = """
        {"a": 1, "b": 2.5, "s": "Hello World", "u": "naïve 😀é", "html": "<a href='x'>b & c</a>", "blank": "", "neg": -7, "big": 12345678901234567890, "f": 1e16, "yes": true, "none": null,
        "l": [3, 1, 2], "e": [], "words": ["banana", "Apple", "cherry"], "mixed": [1, "a", null, true, 2.5], "d": {"k": "v", "n": null, "t": true, "items": 7},
        "users": [{"name": "Bob", "age": 30, "c": {"z": 1}}, {"name": "amy", "age": 25, "c": {"z": 2}}, {"name": "Cid", "age": 30, "c": {"z": 0}}, {"name": "dan"}],
        "m": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi\nthere"}, {"role": "assistant", "content": "Hello!", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1, "y": [1.5, null, true]}}}]}],
        "tools": [{"type": "function", "function": {"name": "get", "description": "Gets <it> & 'that' \"é\" 😀", "parameters": {"type": "object", "required": ["city"]}}}]}
        """;

    [Fact]
    public async Task Render_RandomTemplates_AgreesWithJinja()
    {
        using var variables = JsonDocument.Parse(Variables);
        var outcomes = new (string Template, string Expected, string Actual)[Templates];
        // a Python each for some of the processors
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            using var jinja = Jinja.Start();
            for (var seed = worker; seed < Templates; seed += Workers)
            {
                var template = TemplateGenerator.Make(seed);
                outcomes[seed] = (template, await jinja.RenderAsync(template, variables.RootElement, TestContext.Current.CancellationToken), Outcome(template, variables.RootElement));
            }
        })));
        int Count(string kind) => outcomes.Count(outcome => outcome.Expected.StartsWith(kind, StringComparison.Ordinal));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Count("text ")} texts, {Count("raised ")} raised, {Count("error ")} errors; {Count("unsure ")} where Jinja2 disagrees with itself");
        var told = outcomes.Select((outcome, seed) => (outcome.Template, outcome.Expected, outcome.Actual, Seed: seed)).Where(outcome => !outcome.Expected.StartsWith("unsure ", StringComparison.Ordinal)).ToArray();
        if (Environment.GetEnvironmentVariable("DECODEALIGN_WRITE") is { Length: > 0 } path) Write(path, [.. told.Take(Written).Select(outcome => Case(outcome.Template, outcome.Expected))]);
        string[] failures = [.. told.Where(outcome => !Agree(outcome.Expected, outcome.Actual)).Take(25)
            .Select(outcome => $"seed {outcome.Seed}\n{JsonSerializer.Serialize(outcome.Template)}\n  there {JsonSerializer.Serialize(outcome.Expected)}\n  here  {JsonSerializer.Serialize(outcome.Actual)}")];
        Assert.True(failures.Length == 0, string.Join("\n\n", failures));
        // errors alone would compare nothing
        Assert.InRange(Count("text "), Templates / 3, Templates);
    }

    private static bool Agree(string expected, string actual) =>
        expected.StartsWith("error ", StringComparison.Ordinal) ? actual.StartsWith("error ", StringComparison.Ordinal) : expected == actual;

    private static string Outcome(string template, JsonElement variables)
    {
        try
        {
            return "text " + ChatTemplate.Parse(template, "case", Options).Render(variables);
        }
        catch (ChatTemplateException exception)
        {
            return exception.RaisedByTemplate ? "raised " + exception.Reason : "error " + exception.Message;
        }
    }

    private static JsonObject Case(string template, string expected) => expected switch
    {
        _ when expected.StartsWith("error ", StringComparison.Ordinal) => new() { ["template"] = template, ["error"] = true },
        _ when expected.StartsWith("raised ", StringComparison.Ordinal) => new() { ["template"] = template, ["raised"] = expected["raised ".Length..] },
        _ => new() { ["template"] = template, ["text"] = expected["text ".Length..] },
    };

    private static void Write(string path, JsonObject[] cases)
    {
        var lines = cases.Select(one => one.ToJsonString(Plain));
        File.WriteAllText(path, $"{{\n\"about\": \"Random templates (tests/Jinja); texts and errors as Jinja2 {Version} gives them in the environment that transformers sets up, at 2025-06-07 08:09:10.\",\n\"variables\": {JsonNode.Parse(Variables)!.ToJsonString()},\n\"groups\": {{\n\"random templates\": [\n{string.Join(",\n", lines)}\n]\n}}\n}}\n");
    }

    /// <summary>A Python process that renders what it is given.</summary>
    private sealed class Jinja : IDisposable
    {
        private readonly Process _process;

        private Jinja(Process process) => _process = process;

        /// <summary>Starts it; skips the calling test where there is no Python with that Jinja2.</summary>
        public static Jinja Start()
        {
            Process? process = null;
            try
            {
                process = Process.Start(new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "render.py")]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
            }
            catch (System.ComponentModel.Win32Exception)
            {
            }
            Assert.SkipWhen(process is null, "there is no python3");
            var version = process!.StandardOutput.ReadLine();
            Assert.SkipWhen(version is null || JsonNode.Parse(version)!["version"]!.GetValue<string>() != Version, $"python3 has no Jinja2 {Version} ({version ?? process.StandardError.ReadToEnd().Trim()})");
            return new(process);
        }

        public async Task<string> RenderAsync(string template, JsonElement variables, CancellationToken cancellationToken)
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(new { template, variables }).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
            var line = await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(2), cancellationToken) ?? throw new InvalidOperationException(await _process.StandardError.ReadToEndAsync(cancellationToken));
            using var answer = JsonDocument.Parse(line);
            var outcome = answer.RootElement.EnumerateObject().Single();
            return $"{outcome.Name} {outcome.Value.GetString()}";
        }

        public void Dispose()
        {
            _process.Kill();
            _process.Dispose();
        }
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
