using System.CommandLine;
using System.Globalization;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary><c>fit</c>: learns the weights of heuristics from preferred and refused texts.</summary>
internal sealed class FitCommand
{
    private const string Examples = """
        Weights of three heuristics, and a search by them
          decodealign fit pairs.jsonl --heuristic "positivity=default" --heuristic "brevity=default" --heuristic "distinct=2" --out weights.json
          decodealign generate "Once upon a time" --heuristic "fitted=weights.json"
        How often log P of a model, and log P beside another model's, ranks the preferred text first
          decodealign fit pairs.jsonl --log-p default
          decodealign fit pairs.jsonl --log-p path/to/folder --over default
        """;

    private readonly Argument<string> _pairs = new("FILE") { Description = "JSON lines with the texts chosen and rejected, and the prompt that both go on from; .gz is unpacked." };
    private readonly Option<string?> _out = new("--out") { Description = "Write the weights to FILE, for --heuristic fitted=FILE and --preference fitted:FILE.", HelpName = "FILE" };
    private readonly Option<double> _prior = new("--prior") { Description = "Standard deviation of the prior on a weight, of differences scaled to 1. Less draws the weights of few pairs towards 0. Default 2.5.", HelpName = "X", CustomParser = Parsing.Number, DefaultValueFactory = _ => new FitOptions().PriorDeviation };
    private readonly Option<int> _folds = new("--folds") { Description = "Parts of the pairs that are judged by weights of the others. Default 10.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => new FitOptions().Folds };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of how pairs are shared out. Default 0.", HelpName = "S", CustomParser = Parsing.Seed };
    private readonly Option<string?> _logP = new("--log-p") { Description = "Also weight log P of the whole text under this model; default is the embedded one.", HelpName = "DIR" };
    private readonly Option<string?> _over = new("--over") { Description = "A reference model: log P under it is subtracted from that of --log-p.", HelpName = "DIR" };
    private readonly RankingArguments _ranking = new();
    private readonly ModelArguments _model = new();
    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly Option<bool> _json;

    private FitCommand(Terminal terminal, IModelSource models, Option<bool> json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var fit = new FitCommand(terminal, models, json);
        var command = new HelpfulCommand("fit", "Learns the weights of heuristics from preferred and rejected texts, with intervals (Bradley-Terry).", Examples);
        command.Add(fit._pairs);
        fit._ranking.AddHeuristicsTo(command);
        command.Add(OptionGroup.Prefer, [fit._logP, fit._over]);
        command.Add("How to fit", [fit._prior, fit._folds, fit._seed]);
        fit._model.AddTo(command);
        command.Add(OptionGroup.Output, [fit._out]);
        command.SetAction(fit.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        var plan = _ranking.Read(parsed);
        var (logP, over) = (parsed.GetValue(_logP), parsed.GetValue(_over));
        if (over is not null && logP is null) throw new UsageException("--over needs --log-p");
        if (plan.IsEmpty && logP is null) throw new UsageException("nothing to weigh: name a --heuristic, --reward, --judge, --likelihood or --log-p");
        var options = new FitOptions { PriorDeviation = parsed.GetValue(_prior), Folds = parsed.GetValue(_folds), Seed = parsed.GetValue(_seed) };
        if (!(options.PriorDeviation > 0 && double.IsFinite(options.PriorDeviation))) throw new UsageException($"--prior must be a finite number above 0; it is {options.PriorDeviation.ToString(CultureInfo.InvariantCulture)}");
        if (options.Folds < 2) throw new UsageException($"--folds must be at least 2; it is {options.Folds}");
        var pairs = PreferencePairFile.Read(parsed.GetValue(_pairs)!);
        var settings = _model.Read(parsed);
        await using var ranking = await plan.OpenAsync(_models, settings, either.Token).ConfigureAwait(false);
        await using var model = await LoadAsync(logP, settings, either.Token).ConfigureAwait(false);
        await using var reference = await LoadAsync(over, settings, either.Token).ConfigureAwait(false);
        List<RankedPart> parts = [.. ranking.Parts];
        if (model is not null)
        {
            parts.Add(LogP(model, reference));
            pairs = Fitting(pairs, model, reference);
        }
        if (parts.DistinctBy(part => part.Key).Count() < parts.Count) throw new UsageException("two of the heuristics are the same");
        var fitted = await PreferenceFit.RunAsync(pairs, parts, options, null, either.Token).ConfigureAwait(false);
        if (parsed.GetValue(_out) is { } path) FittedWeightsFile.Write(path, fitted);
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(FittedWeightsFile.ToJson(fitted));
        else Print(fitted);
        foreach (var finding in fitted.Findings) _terminal.Note(finding);
        return ExitCode.Done;
    }

    private async Task<ILanguageModel?> LoadAsync(string? folder, ModelSettings settings, CancellationToken cancellationToken) =>
        folder is null ? null : await _models.LoadAsync(settings with { Folder = folder == "default" ? null : folder }, cancellationToken).ConfigureAwait(false);

    private static RankedPart LogP(ILanguageModel model, ILanguageModel? reference)
    {
        var own = new Likelihood(model, perToken: false, name: "log P");
        return reference is null ? new("log P", own) : new("log P over the reference's", new WeightedSum((own, 1), (new Likelihood(reference, perToken: false, name: "log P of the reference"), -1)));
    }

    private PreferencePair[] Fitting(IReadOnlyList<PreferencePair> pairs, params ILanguageModel?[] models)
    {
        bool Fits(ILanguageModel? model, string text) => model is null || model.Tokenizer.Encode(text).Length <= model.Facts.ContextLength;
        PreferencePair[] fitting = [.. pairs.Where(pair => models.All(model => Fits(model, pair.Prompt + pair.Chosen) && Fits(model, pair.Prompt + pair.Rejected)))];
        if (fitting.Length < pairs.Count) _terminal.Note($"{pairs.Count - fitting.Length} of {pairs.Count} pairs are longer than the context of {string.Join(" or ", models.OfType<ILanguageModel>().Select(model => model.Facts.Name))}, and were left out");
        return fitting.Length > 0 ? fitting : throw new UsageException("no pair is left");
    }

    private void Print(FittedWeights fitted)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("heuristic");
        foreach (var column in (string[])["weight", "95 %", "alone right", "95 %"]) table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var weight in fitted.Weights)
            table.AddRow(Markup.Escape(weight.Key), Number(weight.Weight), $"{Number(weight.Least)} … {Number(weight.Greatest)}", Percent(weight.Alone.Share), Interval(weight.Alone));
        Consoles.Out(_terminal).Write(table);
        _terminal.Out.WriteLine($"{fitted.Pairs} pairs; on pairs that they were not fitted to, the weights rank {Percent(fitted.HeldOut.Share)} right ({Interval(fitted.HeldOut)})");
        _terminal.Out.WriteLine($"as options: {string.Join(' ', fitted.Weights.Select(weight => $"--heuristic \"{weight.Key}@{Number(weight.Weight)}\""))}");
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Interval(FittedShare share) => $"{Percent(share.Least)} … {Percent(share.Greatest)}";
}
