using System.CommandLine;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Options that choose a decoder and set its parts; what is not given is the preset's.</summary>
internal sealed class DecoderArguments
{
    private static readonly Dictionary<string, string> OptionsByField = new(StringComparer.Ordinal)
    {
        [nameof(DecodingOptions.Beam)] = "--beam",
        [nameof(DecodingOptions.Candidates)] = "--candidates",
        [nameof(DecodingOptions.Lookahead)] = "--lookahead",
        [nameof(DecodingOptions.Suggestions)] = "--suggestions",
        [nameof(DecodingOptions.NoRepeat)] = "--no-repeat",
        [nameof(DecodingOptions.Lambda)] = "--lambda",
        [nameof(DecodingOptions.MaxTokens)] = "--max-tokens",
        [nameof(DecodingOptions.LengthExponent)] = "--length-exponent",
        [nameof(DecodingOptions.Answers)] = "--samples",
        [nameof(DecodingOptions.StopSequences)] = "--stop",
        [nameof(DecodingOptions.SegmentLength)] = "--segment",
        [nameof(DecodingOptions.LookaheadEntropy)] = "--lookahead-entropy",
        [nameof(SavingsOptions.Pipeline)] = "--savings",
        [nameof(Neighbourhood.Count)] = "--directions",
        [nameof(Neighbourhood.MaxAngle)] = "--neighbourhood",
        [nameof(Distribution.Temperature)] = "--temperature",
        [nameof(Distribution.TopK)] = "--top-k",
        [nameof(Distribution.TopP)] = "--top-p",
        [nameof(Distribution.MinP)] = "--min-p",
        [nameof(Distribution.RepetitionPenalty)] = "--repetition-penalty",
    };

    private readonly Option<string> _decoder = new("--decoder")
    {
        Description = "deal: candidates ranked by log P + λ·h after a lookahead; greedy: the most likely token; sample: one sampled token; beam: beam search by log P; grid-beam: beam search that tries required words at every place, for the text in which all together are likeliest; best-of: the best of several sampled texts; rps: the best of answers under preference directions. Default deal; where words must be included, nothing else is ranked by and no lookahead is asked for, grid-beam.",
        HelpName = "deal|greedy|sample|beam|grid-beam|best-of|rps",
        DefaultValueFactory = _ => "deal",
    };

    private readonly Option<string> _inner = new("--inner")
    {
        Description = "rps: the decoder that writes each direction's answer. Default sample, at temperature 0.7, top-p 0.9 and repetition penalty 1.1.",
        HelpName = "deal|greedy|sample|beam|best-of",
        DefaultValueFactory = _ => "sample",
    };

    private readonly Option<int> _beam = Integer("--beam", "Hypotheses kept at each step. Default: deal 2, beam 4, grid-beam 32, otherwise 1.");
    private readonly Option<int> _candidates = Integer("--candidates", "Next tokens considered for each hypothesis. Default: deal 8, grid-beam 6, beam as many as --beam, otherwise 1.");
    private readonly Option<int> _suggestions = Integer("--suggestions", "Next tokens considered for each hypothesis because they begin a required word, or go on with one. Default: grid-beam 4, otherwise 0.");
    private readonly Option<int> _noRepeat = Integer("--no-repeat", "Pass over candidates that would repeat N tokens in a row of the text so far, where others are left. Default: grid-beam 3, otherwise 0: none.");
    private readonly Option<int> _lookahead = Integer("--lookahead", "Tokens by which each candidate is continued before the heuristics look at it. Default: deal 16, otherwise 0.");
    private readonly Option<double> _lambda = Number("--lambda", "Weight λ of the heuristics against log P. Default: deal and best-of 10, otherwise 0.", "X");
    private readonly Option<int> _maxTokens = Integer("--max-tokens", "Most tokens to generate. Default 96.");
    private readonly Option<bool> _sampleCandidates = new("--sample-candidates") { Description = "deal, beam: sample the candidates instead of taking the most likely ones." };
    private readonly Option<bool> _sampleLookahead = new("--sample-lookahead") { Description = "deal: sample the lookahead instead of following the most likely token." };
    private readonly Option<double> _temperature = Number("--temperature", "Sampling: below 1 sharper, above 1 flatter. Default 1.", "T");
    private readonly Option<int> _topK = Integer("--top-k", "Sampling: only the K most likely tokens. Default 0: all.", "K");
    private readonly Option<double> _topP = Number("--top-p", "Sampling: only the most likely tokens that together reach probability P. Default 1: all.", "P");
    private readonly Option<double> _minP = Number("--min-p", "Sampling: only tokens at least P times as likely as the likeliest. Default 0: all.", "P");
    private readonly Option<double> _repetitionPenalty = Number("--repetition-penalty", "Makes tokens that were generated already less likely to be chosen; 1 (default): not at all.", "X");
    private readonly Option<double> _lengthExponent = Number("--length-exponent", "Ranks by log P / length^X, so that longer texts are not put at a disadvantage. Default 0.", "X");
    private readonly Option<int> _samples = Integer("--samples", "Independent texts of which the best is kept. Default: best-of 8, otherwise 1.");
    private readonly Option<string[]> _stop = new("--stop") { Description = "A text that ends the generation where it appears; may be given several times.", HelpName = "TEXT" };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw; the same seed gives the same text. Default 0.", HelpName = "S", CustomParser = Parsing.Seed };

    public DecoderArguments()
    {
        _decoder.AcceptOnlyFromAmong("deal", "greedy", "sample", "beam", "grid-beam", "best-of", "rps");
        _inner.AcceptOnlyFromAmong("deal", "greedy", "sample", "beam", "best-of");
    }

    /// <summary>The option that sets a field of <see cref="DecodingOptions"/>, if one does.</summary>
    public static string? OptionOf(string field) => OptionsByField.GetValueOrDefault(field);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_decoder, _inner, _beam, _candidates, _suggestions, _noRepeat, _lookahead, _lambda, _maxTokens, _sampleCandidates, _sampleLookahead, _temperature, _topK, _topP, _minP, _repetitionPenalty, _lengthExponent, _samples, _stop, _seed])
            command.Add(option);
    }

    /// <summary>The decoder that is asked for.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(_decoder)!;

    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where to note what does nothing.</param>
    /// <param name="placesWords">Whether words must be included and there is nothing else to rank by: then the default is the decoder that places them best.</param>
    public DecodingOptions Read(ParseResult parsed, Terminal terminal, bool placesWords)
    {
        var places = placesWords && parsed.GetResult(_decoder) is null or { Implicit: true } && Given(parsed, _lookahead) is null && Given(parsed, _lambda) is null && !parsed.GetValue(_sampleCandidates) && !parsed.GetValue(_sampleLookahead);
        var beam = Given(parsed, _beam);
        var rps = Name(parsed) == "rps";
        var preset = (rps ? parsed.GetValue(_inner) : Name(parsed)) switch
        {
            "greedy" => DecodingOptions.Greedy,
            "sample" => rps ? PreferencePlan.PaperDecoding : DecodingOptions.Sample,
            "beam" => DecodingOptions.BeamSearch(beam is > 0 ? beam.Value : 4),
            "best-of" => DecodingOptions.BestOf(lambda: 10),
            "grid-beam" => DecodingOptions.GridBeam(),
            _ when places => DecodingOptions.GridBeam(),
            _ => DecodingOptions.Deal(beam: 2, lookahead: 16, lambda: 10),
        };
        var options = preset with
        {
            Beam = beam ?? preset.Beam,
            Candidates = Given(parsed, _candidates) ?? preset.Candidates,
            Suggestions = Given(parsed, _suggestions) ?? preset.Suggestions,
            NoRepeat = Given(parsed, _noRepeat) ?? preset.NoRepeat,
            Lookahead = Given(parsed, _lookahead) ?? preset.Lookahead,
            Lambda = Given(parsed, _lambda) ?? preset.Lambda,
            MaxTokens = Given(parsed, _maxTokens) ?? 96,
            CandidateChoice = parsed.GetValue(_sampleCandidates) ? TokenChoice.Sample : preset.CandidateChoice,
            LookaheadChoice = parsed.GetValue(_sampleLookahead) ? TokenChoice.Sample : preset.LookaheadChoice,
            LengthExponent = Given(parsed, _lengthExponent) ?? preset.LengthExponent,
            Answers = Given(parsed, _samples) ?? preset.Answers,
            StopSequences = parsed.GetValue(_stop) ?? [],
            Seed = parsed.GetValue(_seed),
            Sampling = new()
            {
                Temperature = Given(parsed, _temperature) ?? preset.Sampling.Temperature,
                TopK = Given(parsed, _topK) ?? preset.Sampling.TopK,
                TopP = Given(parsed, _topP) ?? preset.Sampling.TopP,
                MinP = Given(parsed, _minP) ?? preset.Sampling.MinP,
                RepetitionPenalty = Given(parsed, _repetitionPenalty) ?? preset.Sampling.RepetitionPenalty,
            },
        };
        options.Validate();
        NoteWhatIsIdle(parsed, options, terminal);
        return options;
    }

    // an option that can't do anything here is not passed over in silence
    private void NoteWhatIsIdle(ParseResult parsed, DecodingOptions options, Terminal terminal)
    {
        var samples = options.CandidateChoice == TokenChoice.Sample || (options.LookaheadChoice == TokenChoice.Sample && options.Lookahead > 0);
        if (!samples)
            foreach (var option in (Option[])[_temperature, _topK, _topP, _minP])
                if (parsed.GetResult(option) is not null) terminal.Note($"{option.Name} does nothing here: the decoder {options.Decoder} samples only with --sample-candidates or --sample-lookahead");
        if (Name(parsed) != "rps" && parsed.GetResult(_inner) is { Implicit: false }) terminal.Note("--inner does nothing here: it belongs to --decoder rps");
        if (options.Lambda == 0 && parsed.GetResult(_lookahead) is not null) terminal.Note("--lookahead does nothing here: with λ = 0 the heuristics are not consulted");
    }

    private static T? Given<T>(ParseResult parsed, Option<T> option)
        where T : struct => parsed.GetResult(option) is null ? null : parsed.GetValue(option);

    private static Option<int> Integer(string name, string description, string value = "N") => new(name) { Description = description, HelpName = value, CustomParser = Parsing.Integer };

    private static Option<double> Number(string name, string description, string value) => new(name) { Description = description, HelpName = value, CustomParser = Parsing.Number };
}
