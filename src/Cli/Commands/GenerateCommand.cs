using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Evaluation;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary><c>generate</c>: writes a text under requirements and preferences, and says what was met and what it cost.</summary>
internal sealed class GenerateCommand
{
    private const string Examples = """
        decodealign generate "Once upon a time" --must-include fox --must-include river
        decodealign generate "Once upon a time" --heuristic "vividness=default"
        decodealign generate "The sky is" --choice " blue.| grey." --quiet
        decodealign generate "The weather" --model path/to/folder --trace why.html
        decodealign generate --prompts prompts.jsonl --out results.jsonl
        """;

    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly JsonOptions _json;
    private readonly Argument<string?> _prompt = PromptArgument.Create("PROMPT", "The text to continue.");
    private readonly ModelArguments _model = new();
    private readonly DecoderArguments _decoder = new();
    private readonly SavingsArguments _savings = new();
    private readonly RequirementArguments _requirements = new();
    private readonly RankingArguments _ranking = new();
    private readonly GuidanceArguments _guidance = new();
    private readonly Option<string?> _lookaheadModel = new("--lookahead-model") { Description = "A cheaper model with the same tokenizer that rolls out the lookahead.", HelpName = "DIR" };
    private readonly Option<string?> _task = new("--task") { Description = "The task instruction p_t: a line before everything else.", HelpName = "TEXT" };
    private readonly Option<string?> _instruction = new("--instruction") { Description = "The alignment instruction p_a: a line before the prompt. \"\" for none.", HelpName = "TEXT" };
    private readonly Option<bool> _ask = new("--ask") { Description = "Let requirements and heuristics write the alignment instruction (such as \"Words: fox, river.\"). Always on for the embedded model, which was trained on such lines." };
    private readonly Option<string?> _trace = new("--trace") { Description = "Write every step to FILE: a page if it ends in .html. Otherwise JSON Lines.", HelpName = "FILE" };
    private readonly Option<string?> _prompts = new("--prompts") { Description = "Answer the prompts in FILE instead, many at a time: on each line a JSON string, or {\"prompt\": TEXT, \"id\": ANY}. Needs --out.", HelpName = "FILE" };
    private readonly Option<string?> _out = new("--out") { Description = "With --prompts: the file for the results, one JSON object per line in the order of the prompts, with \"result\" or \"error\". A stopped run resumes where the file ends, with the same options.", HelpName = "FILE" };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Print only the continuation." };
    private readonly Option<bool> _front = new("--front") { Description = "List the answers that no other answer beats in every heuristic: the Pareto front of best-of, rps, a beam or a sweep of weights, with a picture." };
    private readonly Option<string?> _frontPage = new("--front-page") { Description = "Write the front to FILE, a page (.html) with pictures and all texts.", HelpName = "FILE" };
    private readonly Option<bool> _withPrompt = new("--with-prompt") { Description = "With --quiet: print the prompt before it." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print numbers too: values, log P, cost." };

    private GenerateCommand(Terminal terminal, IModelSource models, JsonOptions json) => (_terminal, _models, _json) = (terminal, models, json);

    public static Command Create(Terminal terminal, IModelSource models, JsonOptions json)
    {
        var generate = new GenerateCommand(terminal, models, json);
        var command = new HelpfulCommand("generate", "Continues PROMPT, or standard input, with a text.", Examples) { generate._prompt };
        generate._requirements.AddTo(command);
        generate._ranking.AddTo(command);
        generate._decoder.AddTo(command);
        generate._guidance.AddTo(command);
        generate._savings.AddTo(command);
        generate._model.AddTo(command);
        command.Add(OptionGroup.Search, [], [generate._lookaheadModel]);
        command.Add(OptionGroup.Model, [], [generate._task, generate._instruction, generate._ask]);
        command.Add(OptionGroup.Output, [generate._quiet, generate._verbose, generate._trace], [generate._withPrompt, generate._front, generate._frontPage, generate._prompts, generate._out]);
        command.SetAction(generate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var streams = _savings.Streams(parsed, _json.IsAsked(parsed));
        var prompts = ReadBatch(parsed, streams);
        using var results = prompts is null ? null : BatchFiles.OpenResults(parsed.GetValue(_out)!, prompts, BatchOptions.Of(parsed));
        var settings = _model.Read(parsed) with { ServesMany = prompts is not null };
        var requirements = _requirements.Read(parsed);
        var plan = _ranking.Read(parsed);
        var guiding = _guidance.Read(parsed);
        var choice = _decoder.Read(parsed, _requirements.Reaches(parsed, requirements), plan, parsed.GetValue(_lookaheadModel) is not null);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        var prompt = prompts?[0].Prompt ?? await _prompt.ReadAsync(parsed, _terminal, either.Token).ConfigureAwait(false);
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
        await using var guides = await GuidanceArguments.LoadAsync(guiding, _models, settings, either.Token).ConfigureAwait(false);
        await using var ranking = await plan.OpenAsync(model, _models, settings, _terminal, either.Token).ConfigureAwait(false);
        request = request with
        {
            LookaheadModel = second,
            Guidance = guides.Guidance,
            Heuristics = [.. requirements.Heuristics, .. ranking.Heuristics],
        };
        await using var judge = await JudgeModels.LoadAsync(request.Decoder, _models, settings, either.Token).ConfigureAwait(false);
        request = request with { Decoder = judge.Decoder };
        if (preference is not null) request = PreferenceSpecification.Choose(request, preference);
        request = request with { Constraints = requirements.Constraint is { } constraint ? [constraint] : [] };
        foreach (var (option, reason) in choice.FindIdle(request).Concat(_decoder.FindIdle(parsed, request)).Concat(_requirements.FindIdle(parsed, requirements)).Concat(_ranking.FindIdle(parsed, plan)).Concat(FindIdle(parsed, request, settings, requirements, plan, preference)))
            _terminal.Note($"{option} does nothing here: {reason}");
        if (results is not null) return await RunBatchAsync(parsed, prompts!, results, model, request, requirements, either.Token).ConfigureAwait(false);
        // a file that can't be written is told before the search
        await using var frontPage = parsed.GetValue(_frontPage) is { } file && (request.Heuristics.Count > 0 || preference is not null) ? new StreamWriter(file) : null;
        var search = new RequirementSearch(model, request, requirements, _requirements.IsBestEffort(parsed), parsed.GetValue(_trace), _terminal) { Stream = streams ? new(PrintsPrompt(parsed) ? prompt : "", _terminal) : null };
        var result = streams
            ? await search.RunAsync(null, cancellationToken).ConfigureAwait(false)
            : await SearchProgress.ShowAsync(_terminal, $"{request.Decoder.Name} with {model.Facts.Name}", progress => search.RunAsync(progress, cancellationToken)).ConfigureAwait(false);
        if (frontPage is not null && FrontPage.ToHtml(result) is { } page) await frontPage.WriteAsync(page.AsMemory(), cancellationToken).ConfigureAwait(false);
        return Print(Describe(result, request.Decoder, requirements, model) with { Front = parsed.GetValue(_front) ? FrontOutput.From(result) : null }, result.Selection, prompt, parsed);
    }

    private IReadOnlyList<BatchPromptLine>? ReadBatch(ParseResult parsed, bool streams)
    {
        var (prompts, to) = (parsed.GetValue(_prompts), parsed.GetValue(_out));
        if (prompts is null) return to is null ? null : throw new UsageException("--out goes with --prompts");
        if (to is null) throw new UsageException("--prompts needs --out: the file that results go to");
        var other = parsed.GetValue(_prompt) is not null ? "a PROMPT" : streams ? "--stream" : parsed.GetValue(_trace) is not null ? _trace.Name : parsed.GetValue(_front) ? _front.Name : parsed.GetValue(_frontPage) is not null ? _frontPage.Name : null;
        return other is null ? BatchFiles.ReadPrompts(prompts) : throw new UsageException($"{other} does not go with --prompts");
    }

    private async Task<int> RunBatchAsync(ParseResult parsed, IReadOnlyList<BatchPromptLine> prompts, BatchResults results, ILanguageModel model, DecodingRequest request, Requirements requirements, CancellationToken cancellationToken)
    {
        // a stop leaves a prompt for the next run; it does not cut its text short
        var asked = request with { Stop = default };
        var failed = await new BatchRun(results, prompts, _terminal, TimeProvider.System).RunAsync(
            async (prompt, cancelled) => Describe(await new RequirementSearch(model, asked with { Prompt = prompt }, requirements, _requirements.IsBestEffort(parsed), null, _terminal).RunAsync(null, cancelled).ConfigureAwait(false), asked.Decoder, requirements, model),
            cancellationToken).ConfigureAwait(false);
        _terminal.Note(failed == 0 ? $"{prompts.Count} prompts are answered in {parsed.GetValue(_out)}" : $"{failed} of {prompts.Count} prompts failed; their lines in {parsed.GetValue(_out)} say why");
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private IEnumerable<IdleOption> FindIdle(ParseResult parsed, DecodingRequest request, ModelSettings settings, Requirements requirements, RankingPlan plan, PreferenceSelection? preference)
    {
        var (json, quiet) = (_json.IsAsked(parsed), parsed.GetValue(_quiet));
        if (parsed.GetValue(_withPrompt) && (json || !quiet)) yield return new(_withPrompt.Name, json ? "JSON has both" : "without --quiet the prompt is printed anyway");
        if (parsed.GetValue(_verbose) && (json || quiet)) yield return new(_verbose.Name, json ? "JSON has all numbers" : "--quiet prints the continuation alone");
        if (parsed.GetValue(_front) && (quiet || (request.Heuristics.Count == 0 && preference is null))) yield return new(_front.Name, quiet ? "--quiet prints the continuation alone" : "there are no heuristics to compare answers by");
        if (parsed.GetValue(_frontPage) is not null && request.Heuristics.Count == 0 && preference is null) yield return new(_frontPage.Name, "there are no heuristics to compare answers by");
        if (quiet && json) yield return new(_quiet.Name, "JSON is printed");
        if (_savings.Streams(parsed, json) && request.Decoder.Selection is not null) yield return new("--stream", $"{request.Decoder.Name} compares whole answers, so that the text comes at the end");
        if (!parsed.GetValue(_ask)) yield break;
        if (parsed.GetValue(_instruction) is not null) yield return new(_ask.Name, "--instruction says what stands there");
        else if (settings.Folder is null) yield return new(_ask.Name, "the embedded model is always asked");
        else if (Asked(true, [.. requirements.Heuristics, .. plan.Asking]).Length == 0) yield return new(_ask.Name, "there is nothing to ask for");
    }

    private PreferenceSelection? Preference(DecoderChoice choice, ModelSettings settings, ulong seed) => choice.Entry.Name != PreferenceSpecification.Decoder ? null :
        PreferenceSpecification.Read(choice.Entry.Complete(choice.Given), seed, PreferenceSettings.Of(_models.Folder(settings.Files)), spec => Weighted(HeuristicParser.Parse(spec)));

    private static WeightedHeuristic Weighted((IHeuristic Heuristic, double Weight) parsed) => new(parsed.Heuristic, parsed.Weight);

    // from what was asked for itself: a combination would say it twice
    private static string Asked(bool ask, IEnumerable<WeightedHeuristic> wishes) =>
        ask ? string.Join(' ', wishes.Select(wish => wish.Heuristic.AlignmentInstruction).Where(text => !string.IsNullOrEmpty(text))) : "";

    private int Print(GenerateOutput output, SelectionReport? chosen, string prompt, ParseResult parsed)
    {
        var quiet = parsed.GetValue(_quiet);
        if (_json.IsAsked(parsed)) _terminal.Out.WriteLine(JsonSerializer.Serialize(parsed.GetValue(_json.All) ? output : output.WithoutHypotheses(), CliJson.Readable.GenerateOutput));
        else
        {
            if (!_savings.Streams(parsed, json: false)) GenerateReport.WriteText(output, PrintsPrompt(parsed) ? prompt : "", wraps: !quiet, _terminal);
            if (!quiet) GenerateReport.Write(output, chosen, parsed.GetValue(_verbose), _terminal);
            if (output.Unmet.Count > 0) _terminal.Error.WriteLine($"not met: {string.Join("; ", output.Unmet)}");
        }
        return output.Unmet.Count == 0 ? ExitCode.Done : ExitCode.RequirementNotMet;
    }

    private bool PrintsPrompt(ParseResult parsed) => !parsed.GetValue(_quiet) || parsed.GetValue(_withPrompt);

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
            IsProse = !requirements.GivesForm,
            OfRequirements = requirements.Heuristics.Count,
            MaskLossUntold = answer.MaskLoss is null && requirements.Constraint is not null && !model.Facts.Capabilities.HasFlag(ModelCapabilities.FullDistribution) ? model.Facts.Name : null,
        };
    }
}
