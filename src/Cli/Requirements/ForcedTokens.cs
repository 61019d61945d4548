using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Which characters of an answer's text stand in tokens that the constraints forced, as the search tells it (<see cref="Answer.Forced"/>).</summary>
internal sealed class ForcedTokens
{
    private readonly List<(int Start, int End)> _forced = [];

    /// <summary>What made the search end early, so that what was missing was forced; null: nothing did.</summary>
    public string? EndedBy { get; }

    public ForcedTokens(Answer answer, ITokenizer tokenizer)
    {
        int[] ids = [.. answer.Ids];
        EndedBy = answer.FinishReason switch { FinishReason.Deadline => "the deadline", FinishReason.Budget => "the budget's end", FinishReason.Cancelled => "the interrupt", _ => null };
        foreach (var place in answer.Forced) _forced.Add((Length(place), Length(place + 1)));

        int Length(int tokens) => GeneratedText.Decode(tokenizer, ids.AsSpan(..tokens)).Length;
    }

    /// <summary>Whether a forced token wrote part of a stretch of the answer's text, in characters.</summary>
    public bool Touches(int start, int length) => _forced.Exists(range => range.Start < start + length && start < range.End);
}
