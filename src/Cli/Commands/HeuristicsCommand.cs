using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary><c>heuristics</c>: what <c>--heuristic</c> knows.</summary>
internal static class HeuristicsCommand
{
    private const string Examples = """
        decodealign heuristics
        decodealign heuristics --json
        """;

    private static readonly HeuristicDescription[] Models =
    [
        new("judge", "The probability that a language model says Yes when asked whether the text follows all principles, 0 to 1.", "a folder, or default for the embedded model; any tokenizer", "a model that writes, and --principle", "--judge \"path/to/model@5\" --principle \"The story has a happy end.\""),
        new("likelihood", "The mean log-probability that another model gives to the text's tokens.", "a folder, or default for the embedded model", "a model that writes", "--likelihood \"path/to/model@2\""),
        new("reward", "An output of a learned reward model.", "a folder, and, if it has several outputs, # and an output by name or number; any tokenizer", "a checkpoint with a score head (llama, qwen2, qwen3, mistral, phi3, smollm3 or gpt2)", "--reward \"path/to/reward#helpfulness@2\""),
    ];

    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var command = new HelpfulCommand("heuristics", "Lists what --heuristic can ask for. Also models that score, and the rules of --combine, with what each needs.", Examples);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new HeuristicsOutput(HeuristicCatalogue.All, Models, CombinationParser.All), CliJson.Readable.HeuristicsOutput));
            else
            {
                foreach (var heuristic in HeuristicCatalogue.All) Print(heuristic, $"--heuristic {ShellText.Quoted(heuristic.Example)}", terminal.Out);
                terminal.Out.WriteLine("\nmodels that score");
                foreach (var model in Models) Print(model, model.Example, terminal.Out);
                terminal.Out.WriteLine("\nrules of --combine");
                foreach (var rule in CombinationParser.All) Print(rule, $"--combine {ShellText.Quoted(rule.Example)}", terminal.Out);
            }
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(HeuristicDescription heuristic, string example, TextWriter writer)
    {
        writer.WriteLine($"{heuristic.Name}  {heuristic.Summary}");
        writer.WriteLine($"    takes    {heuristic.Argument}");
        if (heuristic.Needs is not null) writer.WriteLine($"    needs    {heuristic.Needs}");
        writer.WriteLine($"    example  {example}");
    }
}
