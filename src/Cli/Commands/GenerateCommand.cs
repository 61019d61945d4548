using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary><c>generate</c>: writes a text under requirements and wishes, and says what was met and what it cost.</summary>
internal sealed class GenerateCommand
{
    private const string Examples = """
        Words that must occur, where they read best (grid beam search, their default)
          decodealign generate "Once upon a time" --must-include fox --must-include river
          decodealign generate "Once upon a time" --must-include fox --decoder grid-beam --beam 64 --suggestions 8
        DeAL: rank each step's candidates by log P + λ·h after a lookahead (the default)
          decodealign generate "Once upon a time" --heuristic coverage=fox,river@3 --lambda 5 --lookahead 32
        The model's own most likely text
          decodealign generate "Once upon a time" --decoder greedy
        A sampled text, the same each time for the same seed
          decodealign generate "Once upon a time" --decoder sample --temperature 0.8 --top-p 0.9 --seed 7
        Beam search by log P alone
          decodealign generate "Once upon a time" --decoder beam --beam 8
        The best of 16 sampled texts by log P + λ·h
          decodealign generate "Once upon a time" --decoder best-of --answers 16 --heuristic coverage=fox,river
        ARGS, its stochastic form, and reward-augmented decoding: the likeliest tokens, each ranked with what the heuristics say of it
          decodealign generate "Once upon a time" --decoder args --heuristic coverage=fox --candidates 20
          decodealign generate "Once upon a time" --decoder args-stochastic --heuristic vividness=default --keep-temperature 0.7
          decodealign generate "Once upon a time" --decoder rad --heuristic vividness=default --lambda 5
        Groups of hypotheses that avoid each other's tokens
          decodealign generate "Once upon a time" --decoder diverse-beam --beam 6 --groups 3
        Sixteen texts drawn together, weighted by P·e^{λ·h}; and segments that are asked for again until they are good enough
          decodealign generate "Once upon a time" --decoder particles --heuristic vividness=default --lambda 2
          decodealign generate "Once upon a time" --decoder cards --heuristic vividness=default --target 1
        Wishes in standard deviations of the model's own texts, the worst-off one first (calibrate writes the file)
          decodealign generate "Once upon a time" --heuristic grade=2 --heuristic distinct=3 --calibration wishes.json --combine max-min --lambda 2
        A reward model's outputs beside a heuristic
          decodealign generate "Once upon a time" --reward path/to/reward#helpfulness@2 --reward path/to/reward#verbosity@-0.5 --heuristic length=40..80
        A picture of every step, to open in a browser
          decodealign generate "Once upon a time" --must-include fox --trace fox.html
        Your own model, and the whole result for a program
          decodealign generate "Once upon a time" --model path/to/folder --words 40..60 --json
        """;

    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly Option<bool> _json;
    private readonly Argument<string?> _prompt = PromptArgument.Create("PROMPT", "What the text goes on from.");
    private readonly ModelArguments _model = new();
    private readonly DecoderArguments _decoder = new();
    private readonly SavingsArguments _savings = new();
    private readonly RequirementArguments _requirements = new();
    private readonly RankingArguments _ranking = new();
    private readonly Option<string?> _lookaheadModel = new("--lookahead-model") { Description = "A cheaper model with the same tokenizer that rolls out the lookahead.", HelpName = "DIR" };
    private readonly Option<string?> _task = new("--task") { Description = "The task instruction p_t: a line before everything else.", HelpName = "TEXT" };
    private readonly Option<string?> _instruction = new("--instruction") { Description = "The alignment instruction p_a: a line before the prompt. \"\" for none.", HelpName = "TEXT" };
    private readonly Option<bool> _ask = new("--ask") { Description = "Let requirements and heuristics write the alignment instruction (such as \"Words: fox, river.\"). The embedded model, which was trained on such lines, is always asked so." };
    private readonly Option<string?> _trace = new("--trace") { Description = "Write every step's candidates to FILE: a picture for .html, otherwise JSON Lines.", HelpName = "FILE" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print the text alone." };

    private GenerateCommand(Terminal terminal, IModelSource models, Option<bool> json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var generate = new GenerateCommand(terminal, models, json);
        var command = new ExampleCommand("generate", "Writes a text. Requirements (--must-include, --words, --regex, --json-schema and others) must hold; wishes (--heuristic) are ranked by.", $"{Examples}\n{FormArguments.Examples}\n{PreferenceArguments.Examples}\n{SavingsArguments.Examples}");
        command.Add(generate._prompt);
        generate._requirements.AddTo(command);
        generate._ranking.AddTo(command);
        generate._decoder.AddTo(command);
        generate._savings.AddTo(command);
        generate._model.AddTo(command);
        foreach (var option in (Option[])[generate._lookaheadModel, generate._task, generate._instruction, generate._ask, generate._trace, generate._quiet]) command.Add(option);
        command.SetAction(generate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var streams = _savings.Streams(parsed, parsed.GetValue(_json));
        var settings = _model.Read(parsed);
        var requirements = _requirements.Read(parsed, story: settings.Folder is null);
        var plan = _ranking.Read(parsed);
        var choice = _decoder.Read(parsed, _requirements.PlacesWords(parsed) && plan.IsEmpty && parsed.GetValue(_lookaheadModel) is null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        var prompt = await _prompt.ReadAsync(parsed, _terminal, either.Token).ConfigureAwait(false);
        var instruction = parsed.GetValue(_instruction);
        var request = new DecodingRequest
        {
            Prompt = prompt,
            TaskInstruction = parsed.GetValue(_task) ?? "",
            AlignmentInstruction = instruction ?? Asked(parsed.GetValue(_ask) || settings.Folder is null, [.. requirements.Heuristics, .. plan.Asking]),
            Decoder = choice.Entry.Create(choice.Given),
            Stop = _terminal.Stop,
        };
        request = _savings.Limit(parsed, _decoder.Limit(parsed, request));
        request.Validate();
        var preference = Preference(choice, settings, request.Seed);
        if (request.FullPrompt().Length == 0 && parsed.GetValue(_prompt) is null) throw new UsageException("the prompt is empty: give one on the command line, before the options, or on standard input");

        await using var model = await _models.LoadAsync(settings, either.Token).ConfigureAwait(false);
        await using var second = parsed.GetValue(_lookaheadModel) is { } folder ? await _models.LoadAsync(settings with { Folder = folder }, either.Token).ConfigureAwait(false) : null;
        await using var ranking = await plan.OpenAsync(model, _models, settings, _terminal, either.Token).ConfigureAwait(false);
        request = request with
        {
            LookaheadModel = second,
            Heuristics = [.. requirements.Heuristics, .. ranking.Heuristics],
        };
        if (preference is not null) request = PreferenceSpecification.Choose(request, preference);
        choice.NoteIdle(request with { Constraints = requirements.Constraints[0] is { } constraint ? [constraint] : [] }, _terminal);
        var search = new RequirementSearch(new Decoder(model), request, requirements, parsed.GetValue(_trace), _terminal) { Stream = streams ? new(prompt, _terminal) : null };
        var result = streams
            ? await search.RunAsync(null, cancellationToken).ConfigureAwait(false)
            : await SearchProgress.ShowAsync(_terminal, $"{request.Decoder.Name} with {model.Facts.Name}", progress => search.RunAsync(progress, cancellationToken)).ConfigureAwait(false);
        return Print(Describe(result, request.Decoder, requirements, model), result.Selection as PreferenceReport, prompt, parsed);
    }

    private PreferenceSelection? Preference(DecoderChoice choice, ModelSettings settings, ulong seed) => choice.Entry.Name != PreferenceSpecification.Decoder ? null :
        PreferenceSpecification.Read(choice.Entry.Complete(choice.Given), seed, PreferenceSettings.Of(_models.Folder(settings.Folder)), spec => Weighted(HeuristicParser.Parse(spec)));

    private static WeightedHeuristic Weighted((IHeuristic Heuristic, double Weight) parsed) => new(parsed.Heuristic, parsed.Weight);

    // from what was asked for itself: a combination would say it twice
    private static string Asked(bool ask, IEnumerable<WeightedHeuristic> wishes) =>
        ask ? string.Join(' ', wishes.Select(wish => wish.Heuristic.AlignmentInstruction).Where(text => !string.IsNullOrEmpty(text))) : "";

    private int Print(GenerateOutput output, PreferenceReport? chosen, string prompt, ParseResult parsed)
    {
        if (parsed.GetValue(_json)) _terminal.Out.WriteLine(JsonSerializer.Serialize(output, CliJson.Readable.GenerateOutput));
        else
        {
            GenerateReport.Write(output, _savings.Streams(parsed, json: false) ? null : prompt, parsed.GetValue(_quiet), _terminal);
            if (chosen is not null && !parsed.GetValue(_quiet)) PreferenceTable.Write(chosen, _terminal);
        }
        return output.Unmet.Count == 0 ? ExitCode.Done : ExitCode.RequirementNotMet;
    }

    private static GenerateOutput Describe(DecodingResult result, DecoderParts decoder, Requirements requirements, ILanguageModel model)
    {
        var answer = result.Answer;
        var forced = new ForcedTokens(answer, model.Tokenizer);
        var checks = requirements.All.Select(requirement => (Requirement: requirement, Missing: requirement.Missing(result.Prompt, answer.Text))).ToList();
        return new(
            answer.Text, answer.Ids, answer.FinishReason, result.Decoder, result.Seed, answer.LogProbability, answer.Score, answer.Heuristics, result.Statistics, result.Prompt,
            [.. checks.Select(check => new RequirementOutput(check.Requirement.Asked, check.Missing is null, check.Missing ?? check.Requirement.How(result.Prompt, answer.Text, forced)))],
            [.. checks.Where(check => check.Missing is not null).Select(check => $"{check.Requirement.Asked}: {check.Missing}")],
            [.. result.Answers.Select(other => new AnswerOutput(other.Text, other.Ids, other.FinishReason, other.LogProbability, other.Score))],
            result.Selection is PreferenceReport chosen ? PreferenceOutput.Of(chosen) : null,
            result.Savings,
            answer.Forced,
            answer.MaskLoss)
        {
            Ranks = decoder.ConsultsHeuristics,
            MaskLossUntold = answer.MaskLoss is null && requirements.Constraints[0] is not null && !model.Facts.Capabilities.HasFlag(ModelCapabilities.FullDistribution) ? model.Facts.Name : null,
        };
    }
}
