using System.CommandLine;
using System.Globalization;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary><c>calibrate</c>: measures heuristics on texts that the model samples, so that they can be ranked on one scale.</summary>
internal sealed class CalibrateCommand
{
    private const long MostBytes = 1 << 24;
    private const int MostPrompts = 10_000;

    private const string Examples = """
        References and units of two heuristics, and a search in them: λ is nats for each standard deviation
          decodealign calibrate "Once upon a time" --heuristic "grade=2" --heuristic "distinct=3" --out scale.json
          decodealign generate "Once upon a time" --heuristic "grade=2" --heuristic "distinct=3@2" --calibration scale.json --lambda 2
        Over prompts of a file, with a reward model
          decodealign calibrate --prompts prompts.txt --reward "path/to/reward#helpfulness" --samples 32 --out reward.json
        """;

    private readonly Argument<string?> _prompt = new("PROMPT") { Description = "What the texts go on from. Without it and without --prompts, standard input is read, less one line break at its end.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _prompts = new("--prompts") { Description = "A file with a prompt on each line.", HelpName = "FILE" };
    private readonly Option<string?> _out = new("--out") { Description = "Write the calibration to FILE, for generate --calibration.", HelpName = "FILE" };
    private readonly Option<int> _samples = Number("--samples", "Texts for each prompt. Default 16.", 16);
    private readonly Option<int> _maxTokens = Number("--max-tokens", "Most tokens of a text. Default 96.", 96);
    private readonly Option<double> _temperature = new("--temperature") { Description = "Sampling temperature. Default 1: the model's own distribution.", HelpName = "T", CustomParser = Parsing.Number, DefaultValueFactory = _ => 1 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw. Default 0.", HelpName = "S", CustomParser = Parsing.Seed };
    private readonly RankingArguments _ranking = new();
    private readonly ModelArguments _model = new();
    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly Option<bool> _json;

    private CalibrateCommand(Terminal terminal, IModelSource models, Option<bool> json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var calibrate = new CalibrateCommand(terminal, models, json);
        var command = new HelpfulCommand("calibrate", "Samples the model and measures heuristics on its texts. They become references and units for generate --calibration.", Examples);
        command.Add(calibrate._prompt);
        command.Add("What is sampled", [calibrate._prompts, calibrate._samples, calibrate._maxTokens, calibrate._temperature, calibrate._seed]);
        calibrate._ranking.AddHeuristicsTo(command);
        calibrate._model.AddTo(command);
        command.Add(OptionGroup.Output, [calibrate._out]);
        command.SetAction(calibrate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        var plan = _ranking.Read(parsed);
        if (plan.Wishes.Count + plan.Models.Count == 0) throw new UsageException("nothing to measure: name a --heuristic, --reward, --judge or --likelihood");
        var settings = _model.Read(parsed);
        var prompts = await PromptsAsync(parsed, either.Token).ConfigureAwait(false);
        await using var model = await _models.LoadAsync(settings, either.Token).ConfigureAwait(false);
        await using var ranking = await plan.OpenAsync(model, _models, settings, _terminal, either.Token).ConfigureAwait(false);
        if (ranking.Parts.DistinctBy(part => part.Key).Count() < ranking.Parts.Count) throw new UsageException("two of the heuristics are the same");
        // the prompts as generate gives them to the model: the embedded one is asked for what the heuristics want
        string[] full = [.. prompts.Select(prompt => new DecodingRequest { Prompt = prompt, Heuristics = [.. plan.Asking], AskForAlignment = settings.Folder is null }.FullPrompt())];
        var options = new CalibrationOptions { SamplesPerPrompt = parsed.GetValue(_samples), MaxTokens = parsed.GetValue(_maxTokens), Temperature = parsed.GetValue(_temperature), Seed = parsed.GetValue(_seed) };
        var calibration = await Calibrator.RunAsync(model, full, ranking.Parts.ToDictionary(part => part.Key, part => part.Heuristic, StringComparer.Ordinal), options, null, either.Token).ConfigureAwait(false);
        if (parsed.GetValue(_out) is { } path) CalibrationFile.Write(path, calibration);
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(CalibrationFile.ToJson(calibration));
        else Print(calibration);
        foreach (var (key, scale) in calibration.Rewards)
            if (scale.StandardDeviation == 0) _terminal.Note($"every text has the same {key}: it has no unit, and is left as it is; more --samples may find others");
        return ExitCode.Done;
    }

    private async Task<IReadOnlyList<string>> PromptsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_prompts) is not { } path) return [await _prompt.ReadAsync(parsed, _terminal, cancellationToken).ConfigureAwait(false)];
        if (parsed.GetValue(_prompt) is not null) throw new UsageException("give a prompt or --prompts, not both");
        if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw new UsageException($"--prompts {path}: is larger than {MostBytes:N0} bytes");
        string[] lines = [.. (await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false)).Where(line => line.Length > 0)];
        return lines.Length is > 0 and <= MostPrompts ? lines : throw new UsageException($"--prompts {path}: has {lines.Length} prompts; from 1 to {MostPrompts} are read");
    }

    private void Print(Calibration calibration)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("heuristic");
        foreach (var column in (string[])["mean", "deviation", "5 %", "median", "95 %"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (key, scale) in calibration.Rewards) Row(table, key, scale);
        Row(table, "log P", calibration.LogProbability);
        Consoles.Out(_terminal).Write(table);
        _terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{calibration.LogProbability.Samples} texts of {calibration.Model}; with --calibration, --lambda 2 gives up 2 nats of log P for one deviation of a heuristic"));
    }

    private static void Row(Table table, string key, RewardScale scale) =>
        table.AddRow([Markup.Escape(key), .. new[] { scale.Mean, scale.StandardDeviation, scale.Quantile(0.05), scale.Quantile(0.5), scale.Quantile(0.95) }.Select(value => value.ToString("0.###", CultureInfo.InvariantCulture))]);

    private static Option<int> Number(string name, string description, int value) => new(name) { Description = description, HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => value };
}
