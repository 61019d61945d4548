using System.Text.Json;
using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

/// <summary>Runs a command in this process.</summary>
internal sealed class Cli
{
    public StoryModels Models { get; init; } = new();

    public string Input { get; init; } = "";

    /// <summary>Standard input; null: <see cref="Input"/>.</summary>
    public TextReader? Reader { get; init; }

    public int Width { get; init; } = 80;

    public string Folder { get; init; } = "";

    public CancellationToken Stop { get; init; }

    public CancellationToken Cancel { get; init; }

    public static Task<CliRun> RunAsync(params string[] args) => new Cli().CallAsync(args);

    public async Task<CliRun> CallAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = Reader ?? new StringReader(Input), Out = output, Error = error, Stop = Stop, Width = Width, Folder = Folder };
        var code = await CommandLine.RunAsync(args, terminal, Models, Cancel);
        return new(code, output.ToString(), error.ToString());
    }
}

/// <summary>What came of it.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public string JsonText(string name) => Json.GetProperty(name).GetString()!;
}
