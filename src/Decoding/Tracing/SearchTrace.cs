namespace DecodeAlign.Decoding;

/// <summary>Receives a search's trace, in order, from one thread at a time.</summary>
public interface ITraceSink
{
    /// <summary>The search begins.</summary>
    void OnBegin(TraceHeader header);

    /// <summary>A step is decided.</summary>
    void OnStep(TraceStep traceStep);

    /// <summary>The search has ended; where one of several answers was chosen, the result's <see cref="DecodingResult.Selection"/> tells how.</summary>
    void OnEnd(DecodingResult result);
}

/// <summary>What a trace is of.</summary>
/// <param name="Prompt">The prompt as the model reads it.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Decoder">Name of the decoder.</param>
/// <param name="Settings">The decoder's settings by the names of the catalogue (<see cref="DecoderDescription"/>): an int, a double, a bool or a string each. What is off is left out.</param>
/// <param name="Heuristics">Names and weights, in the order in which candidates list their values.</param>
/// <param name="Constraints">Names of the constraints.</param>
public sealed record TraceHeader(string Prompt, string Model, string Decoder, IReadOnlyDictionary<string, object> Settings, IReadOnlyList<TraceHeuristic> Heuristics, IReadOnlyList<string> Constraints)
{
    /// <summary>Most tokens to generate.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Seed of every draw.</summary>
    public ulong Seed { get; init; }
}

/// <summary>A heuristic of a traced search.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its weight in h.</param>
public readonly record struct TraceHeuristic(string Name, double Weight);

/// <summary>One step of one answer: every candidate, best first.</summary>
/// <param name="Step">Number of the step, from 1. Where candidates are tokens, they are this many tokens long.</param>
/// <param name="Answer">Index of the answer it belongs to.</param>
/// <param name="Candidates">All candidates in the order of their rank, those that went on first.</param>
public sealed record TraceStep(int Step, int Answer, IReadOnlyList<TraceCandidate> Candidates)
{
    /// <summary>How often others had been asked for in this step already, because none were kept.</summary>
    public int Attempt { get; init; }

    /// <summary>What the constraints did to the candidates of each hypothesis, where they forbade something.</summary>
    public IReadOnlyList<TraceMask> Masks { get; init; } = [];

    /// <summary>The same step with its candidates numbered from another number on, so that several searches can be one trace.</summary>
    /// <param name="before">Added to each number but 0, the prompt's.</param>
    /// <param name="answer">Index of the answer.</param>
    public TraceStep Renumber(int before, int answer) => this with
    {
        Answer = answer,
        Candidates = [.. Candidates.Select(candidate => candidate with { Id = before + candidate.Id, Parent = candidate.Parent == 0 ? 0 : before + candidate.Parent })],
        Masks = [.. Masks.Select(mask => mask with { After = mask.After == 0 ? 0 : before + mask.After })],
    };
}

/// <summary>What the constraints forbade after a hypothesis.</summary>
/// <param name="After">Number of the candidate that the hypothesis was; 0: the prompt.</param>
/// <param name="Forces">Whether they left only one token, or only tokens without which they could not be met any more within the limit.</param>
/// <param name="Loss">What they took of the model's probability there, in nats; null: the model does not tell.</param>
/// <param name="Forbidden">The likeliest tokens that they forbade, at most five, best first.</param>
public sealed record TraceMask(int After, bool Forces, double? Loss, IReadOnlyList<TraceToken> Forbidden);

/// <summary>A token of a traced search.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Text">Its text; of a special token its name.</param>
/// <param name="LogProbability">The model's log-probability for it.</param>
public readonly record struct TraceToken(int Token, string Text, double LogProbability)
{
    /// <summary>Whether it is one of the tokenizer's special tokens, such as an end of the text. Default false.</summary>
    public bool IsSpecial { get; init; }
}

/// <summary>What became of a candidate.</summary>
public enum CandidateOutcome
{
    /// <summary>It stays in the beam.</summary>
    Kept,

    /// <summary>It was among the best and its text ends here.</summary>
    Finished,

    /// <summary>It was not kept.</summary>
    Pruned,
}

/// <summary>One candidate, and why it won or lost.</summary>
public sealed record TraceCandidate
{
    /// <summary>Number of the candidate within the trace, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>Number of the candidate it continues; 0: the prompt.</summary>
    public required int Parent { get; init; }

    /// <summary>Token id; of a segment the last one.</summary>
    public required int Token { get; init; }

    /// <summary>All its token ids: one, or where it is a segment several.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>Its text; of a special token its name.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it is one of the tokenizer's special tokens, such as an end of the text. Default false.</summary>
    public bool IsSpecial { get; init; }

    /// <summary>log-probability of the token; of a segment of all its tokens.</summary>
    public required double TokenLogProbability { get; init; }

    /// <summary>Where it was drawn, or chosen with guidance: log q, of the distribution that it was chosen from. Null: it is one of the model's own most likely tokens.</summary>
    public double? LogProposal { get; init; }

    /// <summary>log P of all tokens up to it.</summary>
    public required double LogProbability { get; init; }

    /// <summary>
    /// Each heuristic's value after the lookahead, before weights; where <see cref="ScoreIsBound"/>, the value that the score was reckoned with. Null: they were not asked, since they do not rank here and
    /// the text has not ended.
    /// </summary>
    public required IReadOnlyList<double>? Heuristics { get; init; }

    /// <summary>c = log P + λ·h: what it was ranked by.</summary>
    public required double Score { get; init; }

    /// <summary>Whether the lookahead was left off as soon as the outcome was certain, so that the score is only what it could still have reached at most, or stood at.</summary>
    public bool ScoreIsBound { get; init; }

    /// <summary>Its log weight among the particles, before they are drawn anew. Null: the decoder does not weigh.</summary>
    public double? LogWeight { get; init; }

    /// <summary>The bank or group of the beam that it competed in, in the decoder's words. Null: there is one beam.</summary>
    public string? Bank { get; init; }

    /// <summary>How often it goes on: 0 where it was not kept, more than 1 where the decoder draws with replacement.</summary>
    public int Copies { get; init; }

    /// <summary>Tokens of the lookahead.</summary>
    public required IReadOnlyList<int> LookaheadIds { get; init; }

    /// <summary>Text of the lookahead.</summary>
    public required string LookaheadText { get; init; }

    /// <summary>Whether the lookahead reached the end of the text.</summary>
    public required bool LookaheadEnded { get; init; }

    /// <summary>Why its text ends here; null: it does not.</summary>
    public FinishReason? FinishReason { get; init; }

    /// <summary>What became of it.</summary>
    public required CandidateOutcome Outcome { get; init; }

    /// <summary>Why, in the words of the part that decided.</summary>
    public required string Reason { get; init; }
}
