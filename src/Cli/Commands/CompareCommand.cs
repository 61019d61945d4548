using System.CommandLine;
using DecodeAlign.Decoding;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary><c>compare</c>: the same prompts under several decoders, side by side.</summary>
internal sealed class CompareCommand
{
    private const string Examples = """
        decodealign compare "Once upon a time" --decoders "deal,best-of,greedy" --heuristic "vividness=default"
        decodealign compare "Once upon a time" "The dragon" --decoders "deal,best-of,args,particles" --heuristic "positivity=default" --budget 400 --out compare.html
        decodealign compare --stories 20 --decoders "greedy,sample,best-of,blockwise" --heuristic "vividness=default" --unseen "style=vividness:books" --budget 400 --out compare.md
        decodealign compare "Once upon a time" --decoder deal:lookahead=4 --decoder deal:lookahead=16 --heuristic "coverage=fox,river" --unseen "distinct=2"
        """;

    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly Option<bool> _json;
    private readonly ModelArguments _model = new();
    private readonly RankingArguments _ranking = new();
    private readonly Argument<string[]> _prompts = new("PROMPT") { Description = "The texts to continue, one or several.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _file = new("--prompts") { Description = "Read the prompts from FILE, one per line.", HelpName = "FILE" };
    private readonly Option<int> _stories = new("--stories") { Description = "Use N openings of children's stories, put together from parts, as prompts; the first ones are always the same.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<string?> _names = new("--decoders") { Description = "The decoders by name, separated by commas, with their default settings.", HelpName = "NAME,…" };
    private readonly Option<string[]> _decoders = new("--decoder") { Description = "A decoder: NAME or NAME:setting=value,… (see: decodealign decoders). May be repeated.", HelpName = "SPEC" };
    private readonly Option<string?> _unseen = new("--unseen") { Description = "A heuristic that no search ranks by, or one of eval's judges such as style=vividness:books, reported beside the reward.", HelpName = "NAME=…" };
    private readonly Option<int> _budget = new("--budget") { Description = "Token evaluations per text: the candidates, answers or beam of each decoder are made as large as that allows. Default: as the settings say.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Most tokens of a text. Default 40.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => 40 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw. Default 0.", HelpName = "S", CustomParser = Parsing.Seed };
    private readonly Option<string?> _out = new("--out") { Description = "Write a page with plots and all texts to FILE (.html), all of it as JSON (.json), or the table with what each decoder is for (.md).", HelpName = "FILE" };

    private CompareCommand(Terminal terminal, IModelSource models, Option<bool> json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var compare = new CompareCommand(terminal, models, json);
        var command = new HelpfulCommand("compare", "Writes the same prompts with several decoders, side by side, with the texts' values and cost.", Examples) { compare._prompts };
        command.Add("What is compared", [compare._names, compare._decoders, compare._budget, compare._maxTokens], [compare._file, compare._stories, compare._unseen, compare._seed]);
        compare._ranking.AddTo(command);
        compare._model.AddTo(command);
        command.Add(OptionGroup.Output, [compare._out], []);
        command.SetAction(compare.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        string[] decoders = [.. (parsed.GetValue(_names) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), .. parsed.GetValue(_decoders) ?? []];
        if (decoders.Length == 0) decoders = ["deal", "best-of", "greedy"];
        if (parsed.GetResult(_budget) is not (null or { Implicit: true }) && parsed.GetValue(_budget) < 1) throw new UsageException($"--budget: must be at least 1; it is {parsed.GetValue(_budget)}");
        foreach (var decoder in decoders) DecoderSpecification.Parse(parsed.GetValue(_budget) > 0 ? Comparison.Fitted(decoder) : decoder);
        var prompts = await PromptsAsync(parsed, either.Token).ConfigureAwait(false);
        var spec = parsed.GetValue(_unseen);
        var judge = spec is not null && JudgeParser.All.Any(known => spec.StartsWith($"{known.Name}=", StringComparison.Ordinal)) ? JudgeParser.Parse(spec) : null;
        var unseen = spec is not null && judge is null ? HeuristicParser.Parse(spec) : default;
        var (plan, settings) = (_ranking.Read(parsed), _model.Read(parsed));
        await using var model = await _models.LoadAsync(settings, either.Token).ConfigureAwait(false);
        await using var ranking = await plan.OpenAsync(model, _models, settings, _terminal, either.Token).ConfigureAwait(false);
        var request = new DecodingRequest { Prompt = "", Heuristics = ranking.Heuristics, MaxTokens = parsed.GetValue(_maxTokens), Seed = parsed.GetValue(_seed) };
        request.Validate();
        var comparison = new Comparison(new Decoder(model), request, prompts) { Budget = parsed.GetValue(_budget), Judge = judge, Unseen = unseen.Heuristic is null ? null : new(unseen.Heuristic, unseen.Weight) };
        var report = await comparison.RunAsync(decoders, new Notes(_terminal), either.Token).ConfigureAwait(false);
        if (parsed.GetValue(_out) is { } file) await File.WriteAllTextAsync(file, Write(report, Path.GetExtension(file), parsed), either.Token).ConfigureAwait(false);
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(report.ToJson());
        else Print(report);
        return ExitCode.Done;
    }

    private static string Write(ComparisonReport report, string extension, ParseResult parsed) => extension.ToLowerInvariant() switch
    {
        ".json" => report.ToJson(),
        ".md" => report.ToMarkdown($"decodealign {string.Join(' ', parsed.Tokens.Select(token => token.Value.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./".Contains(letter, StringComparison.Ordinal)) ? token.Value : $"\"{token.Value}\""))}"),
        _ => report.ToHtml(),
    };

    private async Task<IReadOnlyList<string>> PromptsAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        List<string> prompts = [.. parsed.GetValue(_prompts) ?? []];
        if (parsed.GetValue(_file) is { } file) prompts.AddRange((await File.ReadAllLinesAsync(file, cancellationToken).ConfigureAwait(false)).Where(line => line.Length > 0));
        var stories = parsed.GetValue(_stories);
        if (parsed.GetResult(_stories) is not (null or { Implicit: true }) && stories is < 1 or > TaskCatalogue.MostPrompts) throw new UsageException($"--stories: must be from 1 to {TaskCatalogue.MostPrompts}; it is {stories}");
        if (stories > 0) prompts.AddRange(TaskCatalogue.Get("vividness", stories, 0).Dev.Select(prompt => prompt.Text));
        return prompts.Count > 0 ? prompts : throw new UsageException("there is no prompt: give one or several, a file with --prompts, or --stories");
    }

    private void Print(ComparisonReport report)
    {
        for (var p = 0; p < report.Prompts.Count; p++)
        {
            _terminal.Out.WriteLine(report.Prompts[p]);
            var grid = new Grid().AddColumn(new GridColumn().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
            foreach (var decoder in report.Decoders) grid.AddRow(Markup.Escape(decoder.Decoder), Markup.Escape(decoder.Texts[p].Text.Trim().ReplaceLineEndings(" ")));
            Consoles.Out(_terminal).Write(grid);
            _terminal.Out.WriteLine();
        }
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var (index, column) in report.Columns().Index()) table.AddColumn(index == 0 ? new TableColumn(column) : new TableColumn(column).RightAligned());
        foreach (var row in report.Rows()) table.AddRow([.. row.Select(Markup.Escape)]);
        Consoles.Out(_terminal).Write(table);
    }

    private sealed class Notes(Terminal terminal) : IProgress<string>
    {
        public void Report(string value)
        {
            if (terminal.ErrorIsTerminal) terminal.Error.WriteLine(value);
        }
    }
}
