using System.Numerics;
using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// Which of the keywords the generated text holds. Soft: the share of them, in [0, 1]. Hard: 1 if all, else 0. A keyword counts once the boundary after it is
/// reached or the text ends, and from then on; at the end of a lookahead one that waits for its boundary does not count yet.
/// </summary>
public sealed class KeywordCoverage : Heuristic<KeywordCoverage.State>
{
    /// <summary>The line that the embedded model was trained to be asked with.</summary>
    public const string DefaultInstruction = "Words: {words}.";

    private readonly IReadOnlyList<Keyword> _keywords;
    private readonly PhraseAutomaton _automaton;
    // read only where bounds are asked for, so that scoring alone does not pay for it
    private readonly ConditionalWeakTable<ITokenizer, Lazy<PhraseTokens>> _tokens = [];
    private readonly ConditionalWeakTable<ITokenizer, Lazy<KeywordPaths>> _paths = [];
    private readonly bool _all;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="keywords">What to cover, at most 64.</param>
    /// <param name="all">True: hard coverage, 1 or 0. Default: soft.</param>
    /// <param name="caseSensitive">Whether "Fox" and "fox" differ; default: no.</param>
    /// <param name="instruction">The alignment instruction, with <c>{words}</c> where the keywords go, separated by commas; null: none.</param>
    /// <exception cref="ArgumentException">There is no keyword, there are too many, or one is not valid text.</exception>
    public KeywordCoverage(IEnumerable<Keyword> keywords, bool all = false, bool caseSensitive = false, string? instruction = DefaultInstruction)
    {
        _keywords = Keyword.Checked(keywords);
        _automaton = Keyword.Automaton(_keywords, caseSensitive);
        _all = all;
        AlignmentInstruction = instruction?.Replace("{words}", string.Join(", ", _keywords), StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override string Name => _all ? "coverage-all" : "coverage";

    /// <inheritdoc/>
    public override string? AlignmentInstruction { get; }

    /// <summary>Whether every keyword is covered.</summary>
    public override bool? IsSatisfied(double value) => value >= 1;

    /// <inheritdoc/>
    protected override State Begin(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // what the table holds must not hold the table: it would stay as long as the tokenizer
        var (automaton, keywords) = (_automaton, _keywords);
        return new(PhraseAutomaton.Begin(context.Prompt), default, 0, VocabularyFacts.Of(context.Tokenizer).LongestToken, _tokens.GetValue(context.Tokenizer, tokenizer => new(() => PhraseTokens.Of(automaton, tokenizer))),
            _paths.GetValue(context.Tokenizer, tokenizer => new(() => new(keywords, tokenizer))), 0);
    }

    /// <inheritdoc/>
    protected override State Advance(State state, int token, ReadOnlySpan<byte> bytes)
    {
        var (phrase, text, hits) = (state.Phrase, state.Text, new PhraseHits(state.Covered, 0));
        foreach (var value in bytes)
        {
            var count = text.Read(value, out var first, out var second, out text);
            if (count > 0) phrase = _automaton.Step(phrase, first, ref hits);
            if (count > 1) phrase = _automaton.Step(phrase, second, ref hits);
        }
        return new(phrase, text, hits.Groups, state.LongestToken, state.Tokens, state.Paths, state.Paths.Value.Step(state.Spelling, token));
    }

    /// <inheritdoc/>
    protected override double Score(State state, bool ended) => Value(ended ? AtEnd(state) : state.Covered);

    /// <inheritdoc/>
    protected override HeuristicBounds Bounds(State state, int tokensLeft)
    {
        var reachable = AtEnd(state);
        // a character that is not complete yet is no state of the automaton
        var byTokens = state.Text.Count == 0 ? state.Tokens.Value.Reachable(state.Phrase, tokensLeft) : ulong.MaxValue;
        var characters = (long)tokensLeft * state.LongestToken;
        if (tokensLeft > 0)
            for (var i = 0; i < _keywords.Count; i++)
                if ((byTokens >> i & 1) != 0 && _automaton.LeastCharactersTo(i, state.Phrase) <= characters) reachable |= 1UL << i;
        return new(Value(state.Covered), Value(reachable));
    }

    /// <summary>Twice the keywords covered, were the text to end here; one more inside the spelling of another.</summary>
    protected override int Progress(State state)
    {
        var covered = AtEnd(state);
        return 2 * BitOperations.PopCount(covered) + (state.Paths.Value.IsInside(state.Spelling, _automaton.AllGroups & ~covered) ? 1 : 0);
    }

    /// <summary>The tokens that begin a missing keyword, or go on with one.</summary>
    protected override void Suggest(State state, ICollection<int> tokens) =>
        state.Paths.Value.Suggest(state.Spelling, _automaton.AllGroups & ~AtEnd(state), state.Phrase.Last, tokens);

    private ulong AtEnd(State state)
    {
        var hits = new PhraseHits(state.Covered, 0);
        _automaton.End(state.Phrase, ref hits);
        return hits.Groups;
    }

    private double Value(ulong covered) =>
        _all ? covered == _automaton.AllGroups ? 1 : 0 : (double)BitOperations.PopCount(covered) / _keywords.Count;

    /// <summary>What is remembered of the text so far.</summary>
    public readonly record struct State
    {
        internal State(PhraseState phrase, Utf8Cursor text, ulong covered, int longestToken, Lazy<PhraseTokens> tokens, Lazy<KeywordPaths> paths, int spelling) =>
            (Phrase, Text, Covered, LongestToken, Tokens, Paths, Spelling) = (phrase, text, covered, longestToken, tokens, paths, spelling);

        internal PhraseState Phrase { get; }

        internal Utf8Cursor Text { get; }

        internal ulong Covered { get; }

        internal int LongestToken { get; }

        internal Lazy<PhraseTokens> Tokens { get; }

        internal Lazy<KeywordPaths> Paths { get; }

        /// <summary>How far the last tokens spell a keyword.</summary>
        internal int Spelling { get; }
    }
}
