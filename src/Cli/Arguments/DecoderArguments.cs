using System.CommandLine;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>Options that choose a decoder and its settings: one for each setting of the catalogue; what is not given is the decoder's default.</summary>
internal sealed class DecoderArguments
{
    // what of deal's a grid beam search has no use for
    private static readonly string[] Lookahead = ["lookahead", "sampleCandidates", "sampleLookahead", "halveLookaheads", "segmentLength", "lookaheadEntropy"];

    // those that --help shows; what only rps has belongs to what is preferred
    private static readonly string[] Main = ["beam", "lookahead", "temperature"], MainOfPreference = ["lambda", "preference"];

    private readonly Option<string> _decoder = new("--decoder")
    {
        Description = $"The decoder: deal by default, grid-beam for words and lengths. Available: {string.Join(", ", Names)}. grid-beam is chosen if words must be included, are all that is wished for, or are counted (sentences and characters too), unless a lookahead is asked for; --lambda is then 1, or 0.1 for other wishes.",
        HelpName = "NAME",
        CustomParser = Parsing.OneOf(Names),
        DefaultValueFactory = _ => "deal",
    };

    private readonly OptionOfSetting[] _settings = [.. DecoderCatalogue.AllSettings.Select(setting => new OptionOfSetting(setting, SettingOption.Create(setting)))];
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = $"Most tokens to generate; default {RequestDefaults.MaxTokens}.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => RequestDefaults.MaxTokens };
    private readonly Option<string[]> _stop = new("--stop") { Description = "End the text before TEXT. May be repeated.", HelpName = "TEXT" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw; default 0. The same seed gives the same text.", HelpName = "S", CustomParser = Parsing.Seed };

    public DecoderArguments() => _decoder.CompletionSources.Add(_ => Names);

    private static IReadOnlyList<string> Names { get; } = [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    private static DecodingRequest RequestDefaults { get; } = new() { Prompt = "" };

    public void AddTo(HelpfulCommand command)
    {
        var preference = _settings.Where(setting => MainOfPreference.Contains(setting.Setting.Name) || DecoderCatalogue.All.All(entry => entry.Name == PreferenceSpecification.Decoder || entry.Find(setting.Setting.Name) is null)).ToList();
        var search = _settings.Except(preference).ToList();
        command.Add(OptionGroup.Prefer, preference.Where(one => MainOfPreference.Contains(one.Setting.Name)).Select(one => one.Option), preference.Where(one => !MainOfPreference.Contains(one.Setting.Name)).Select(one => one.Option));
        command.Add(OptionGroup.Search, [_decoder, .. search.Where(one => Main.Contains(one.Setting.Name)).Select(one => one.Option), _maxTokens, _seed], [_stop, .. search.Where(one => !Main.Contains(one.Setting.Name)).Select(one => one.Option)]);
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="reaches">Whether words must be included or a length be met: then the default is the decoder that gets there best, as where words are wished for.</param>
    /// <param name="plan">What is wished for.</param>
    /// <param name="looksAhead">Whether another model is to look ahead.</param>
    public DecoderChoice Read(ParseResult parsed, bool reaches, RankingPlan plan, bool looksAhead)
    {
        var given = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var (setting, option) in _settings)
            if (SettingOption.Read(parsed, option) is { } value) given.Add(setting.Name, value);
        var wishesWords = !plan.IsEmpty && plan.Models.Count == 0 && plan.Wishes.All(wish => wish.Heuristic is KeywordCoverage && wish.Weight > 0);
        var places = (reaches || wishesWords) && !looksAhead && parsed.GetResult(_decoder) is null or { Implicit: true } && !Lookahead.Any(given.ContainsKey);
        // it ranks by log P a token, which a whole text's h is measured against
        if (places && !plan.IsEmpty) given.TryAdd("lambda", wishesWords ? 1.0 : 0.1);
        return new(DecoderCatalogue.Get(places ? "grid-beam" : parsed.GetValue(_decoder)!), given);
    }

    /// <summary>A seed without anything to draw.</summary>
    public IEnumerable<IdleOption> FindIdle(ParseResult parsed, DecodingRequest request)
    {
        if (parsed.GetResult(_seed) is not (null or { Implicit: true }) && !Draws(request.Decoder)) yield return new(_seed.Name, $"{request.Decoder.Name} draws nothing at random");
    }

    private static bool Draws(DecoderParts parts) =>
        parts.Selection is not null || Source(parts.Proposal) is not TopTokens || parts.Rank.Lookahead is { Tokens: > 0, Choice: TokenChoice.Sample } || parts.Keep is not (KeepBest or KeepByBanks or KeepDiverse);

    private static Proposal Source(Proposal proposal) => proposal is ProposalDecorator { Inner: var inner } ? Source(inner) : proposal;

    /// <summary>The request with the limits and the seed that are asked for.</summary>
    public DecodingRequest Limit(ParseResult parsed, DecodingRequest request) =>
        request with { MaxTokens = parsed.GetValue(_maxTokens), StopSequences = parsed.GetValue(_stop) ?? [], Seed = parsed.GetValue(_seed) };
}

/// <summary>A setting of the catalogue and the option that gives it.</summary>
internal sealed record OptionOfSetting(DecoderSetting Setting, Option Option);

/// <summary>An option that does nothing here, and why.</summary>
internal sealed record IdleOption(string Option, string Reason);

/// <summary>A decoder and the settings that were given for it.</summary>
internal sealed record DecoderChoice(DecoderEntry Entry, IReadOnlyDictionary<string, object> Given)
{
    /// <summary>Every setting that can't do anything here, with the reason.</summary>
    public IEnumerable<IdleOption> FindIdle(DecodingRequest request) => Entry.FindIdle(Given, request).Select(idle => new IdleOption(idle.OptionName, idle.Reason));
}
