using System.Numerics;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>
/// Rules on a text, planned for one vocabulary, start and token limit. A position that a search meets outside the plan (in the middle of a rare character,
/// say) is finished by one token back into it. Not safe for concurrent use.
/// </summary>
internal sealed class TextPlan
{
    private const int MostIdle = 2;
    private const int MostKept = 1 << 18;

    private readonly ModelFacts _model;
    private readonly ITokenizer _tokenizer;
    private readonly TokenGraph _graph;
    private readonly TokenDistances _distances;
    private readonly ulong _required;
    private readonly int _endCost;
    private readonly int _reserved;
    private readonly int _mostWords;
    private readonly int _closing;
    private readonly int _ending;
    private readonly int _endingWords;
    private readonly int _wordTokens;
    private readonly bool _countsWords;
    private readonly int _mostCharacters;
    private readonly int _wordCharacters;
    private readonly int _endingCharacters;
    private readonly int[]? _witnesses;
    private readonly Lazy<KeywordPaths> _keywords;
    private readonly Dictionary<int, (int Target, TextEffect Effect)[]> _detours = [];
    private readonly Dictionary<(int Closed, long Row), int> _afterClose = [];

    /// <summary>Plans.</summary>
    /// <param name="name">The constraint's name.</param>
    /// <param name="rules">What is asked for, its counts fitted to the limit.</param>
    /// <param name="graph">Positions and moves of these rules over the context's vocabulary.</param>
    /// <param name="context">Prompt and limit.</param>
    /// <exception cref="UnsatisfiableConstraintException">No text meets the rules, or they are too large to plan.</exception>
    public TextPlan(string name, TextRules rules, TokenGraph graph, GenerationContext context)
    {
        (_model, _tokenizer, _graph) = (context.Model, context.Tokenizer, graph);
        _endCost = _model.EosIds.Count > 0 ? 1 : 0;
        _required = (1UL << rules.Required.Count) - 1;
        (_mostWords, _closing) = (rules.Words.Most, rules.ClosingTokens);
        _ending = Math.Min(rules.EndingTokens, context.MaxTokens / 4);
        _endingWords = _mostWords == int.MaxValue ? 0 : Math.Min(rules.EndingWords, _mostWords / 4);
        (_wordTokens, _countsWords, _mostCharacters) = (Math.Min(rules.WordTokens, context.MaxTokens / 4), !rules.Words.IsAny, rules.Characters.Most);
        (_wordCharacters, _endingCharacters) = _mostCharacters == int.MaxValue ? (0, 0) : (Math.Min(rules.WordCharacters, _mostCharacters / 4), Math.Min(rules.EndingCharacters, _mostCharacters / 4));
        Start = new(_graph.Number(_graph.Automaton.Begin(context.Prompt)), default, 0, TextProgress.Open);

        _keywords = new(() => new(rules.Required, context.Tokenizer));
        var planned = PlannedPositions.Find(name, _graph, Start.Position, rules);
        PlanLimits.RefuseUnspellable(name, rules, _graph, planned);
        if (TokenDistances.Entries(planned.Count, rules) > TokenDistances.MostEntries)
            throw new UnsatisfiableConstraintException(name, TooLarge(rules));
        _distances = new(_graph, rules, planned, _endCost);
        // inside a pattern any token at all may be the only one that leads on
        _witnesses = rules.Pattern is null ? [.. _graph.Moves(Start.Position).Alive.Select(move => move.Witness)] : null;

        var least = Needed(Start);
        if (least == int.MaxValue) throw new UnsatisfiableConstraintException(name, rules.Pattern is null ? "no text of this vocabulary meets all of it at once" : Unreached.Describe(rules, _tokenizer, _model));
        // what is kept free must not make a request fail that fits without it
        _reserved = rules.Required.Count == 0 ? 0 : Math.Clamp((context.MaxTokens - least) / rules.Required.Count, 0, rules.ReservedTokens);
    }

    /// <summary>What every use of the plan locks: plans of a constraint share it.</summary>
    public object Gate => _graph;

    /// <summary>The state after the prompt.</summary>
    public TextState Start { get; }

    /// <summary>How the required keywords are spelled.</summary>
    public KeywordPaths Keywords => _keywords.Value;

    /// <summary>The state after one more token.</summary>
    public TextState Advance(TextState state, int token, ReadOnlySpan<byte> bytes)
    {
        if (state.Progress != TextProgress.Open) return state with { Progress = TextProgress.Broken };
        if (_model.IsEos(token)) return state with { Progress = Accepts(state) ? TextProgress.Ended : TextProgress.Broken };
        return _graph.Follow(state.Position, bytes, out var target, out var effect)
            ? Moved(state, target, effect)
            : state with { Progress = TextProgress.Broken };
    }

    /// <summary>Whether the text may end.</summary>
    public bool Accepts(TextState state) =>
        state.Progress == TextProgress.Ended || state.Progress == TextProgress.Open && _distances.Accepts(state.Position, state.So);

    /// <summary>Tokens that are enough to end well, those kept free included; <see cref="int.MaxValue"/>: no ending is known.</summary>
    public int Needed(TextState state)
    {
        if (state.Progress != TextProgress.Open) return state.Progress == TextProgress.Ended ? 0 : int.MaxValue;
        var least = _distances.Knows(state.Position) ? _distances.From(state.Position, state.So) : Around(state);
        return least == TokenDistances.Unreachable ? int.MaxValue : least + _reserved * BitOperations.PopCount(_required & ~state.So.Met);
    }

    /// <summary>Twice the keywords met, were the text to end here; one more inside the spelling of another.</summary>
    public int Progress(TextState state, int spelling)
    {
        var met = Met(state);
        return 2 * BitOperations.PopCount(met) + (Keywords.IsInside(spelling, _required & ~met) ? 1 : 0);
    }

    /// <summary>Adds the tokens that begin a missing keyword, or go on with one.</summary>
    public void Suggest(TextState state, int spelling, ICollection<int> tokens)
    {
        if (state.Progress == TextProgress.Open && _graph[state.Position].Marker == 0)
            Keywords.Suggest(spelling, _required & ~Met(state), _graph[state.Position].Phrase.Last, tokens);
    }

    /// <summary>Forbids the tokens after which what is needed is more than what is left.</summary>
    public bool Restrict(TextState state, int tokensLeft, TokenMask allowed)
    {
        if (state.Progress != TextProgress.Open)
        {
            allowed.Clear();
            return true;
        }
        var moves = _graph.Moves(state.Position);
        var (now, mayEnd) = (Needed(state), Accepts(state));
        // some token always lowers what is needed, or the end is allowed
        var closing = _endCost > 0 && (state.So.Words >= _mostWords && state.Idle >= _closing || mayEnd && Ends(state, tokensLeft)) || Dithers(state, now);
        var wholeWords = IsOutOfWords(state, tokensLeft, now);
        var kept = new ulong[(moves.Alive.Length + 63) / 64];
        var all = moves.IsAll && (mayEnd || _endCost == 0);
        for (var i = 0; i < moves.Alive.Length; i++)
        {
            var after = Moved(state, moves.Alive[i].Target, moves.Alive[i].Effect);
            if (Needed(after) is var then && then < tokensLeft && (then < now || !closing && !LacksWords(after, then) && !(wholeWords && (moves.Alive[i].Effect.Words > 0 || moves.Alive[i].Effect.HasMarks)))) kept[i >> 6] |= 1UL << (i & 63);
            else all = false;
        }
        if (all) return false;
        allowed.IntersectWith(_graph.Masks.Get(state.Position, moves, kept, mayEnd));
        return true;
    }

    /// <summary>Whether a text that may end ends here, rather than begin a sentence that would be cut off.</summary>
    private bool Ends(TextState state, int tokensLeft) => tokensLeft <= _ending || (_endingWords > 0 && state.So.Words >= _mostWords - _endingWords)
        || (_endingCharacters > 0 && state.So.Characters >= _mostCharacters - _endingCharacters);

    /// <summary>Whether what is left is kept for the word under way: another one might be cut, and marks alone would fill the room.</summary>
    private bool IsOutOfWords(TextState state, int tokensLeft, int needed) => _wordTokens > 0 && _endCost > 0
        && (state.So.Words >= _mostWords || tokensLeft - needed <= _wordTokens || (_wordCharacters > 0 && state.So.Characters >= _mostCharacters - _wordCharacters));

    /// <summary>
    /// Whether so few words are left that what is needed, at two tokens a word, no longer fits: from then on only tokens that lower what is needed are
    /// allowed. Without it keywords would end up glued to the last word. Some token always lowers it, so that no way is closed.
    /// </summary>
    private bool LacksWords(TextState state, int needed) =>
        _reserved > 0 && _mostWords != int.MaxValue && (_required & ~state.So.Met) != 0 && needed > 2L * (_mostWords - _endingWords - state.So.Words);

    /// <summary>Whether one word more would leave too few, and marks alone have been written for a while: a model that may begin no word of its own would go on so.</summary>
    private bool Dithers(TextState state, int needed) => state.Idle >= Math.Min(MostIdle, _closing) && state.So.Words < _mostWords && LacksWords(state with { So = state.So with { Words = state.So.Words + 1 } }, needed);

    private ulong Met(TextState state)
    {
        _graph.Automaton.MayEnd(_graph[state.Position], out var atEnd);
        return (state.So.Met | atEnd.Met) & _required;
    }

    private TextState Moved(TextState state, int target, TextEffect effect) =>
        new(target, state.So.Then(effect with { Met = effect.Met & _required, Words = _countsWords ? effect.Words : 0, HasMarks = false }), effect.Words > 0 ? 0 : Math.Min(state.Idle + 1, _closing), TextProgress.Open);

    private static string TooLarge(TextRules rules)
    {
        string?[] parts = [Part(rules.Required.Count, "required phrases"), Part(rules.Words.Limit, "words"), Part(rules.Sentences.Limit, "sentences"), Part(rules.Characters.Limit, "characters")];
        return $"{string.Join(", ", parts.OfType<string>())} are too many to plan together; ask for fewer of one of them";

        static string? Part(int count, string what) => count > 0 ? $"{count} {what}" : null;
    }

    /// <summary>The least over some tokens: one of them, then a planned way. In the middle of a character, over those that close it.</summary>
    private int Around(TextState state)
    {
        if (_graph.IsInsideCharacter(state.Position, out var closed, out var effect)) return closed < 0 ? TokenDistances.Unreachable : AfterClose(closed, state.So.Then(effect));
        var least = Accepts(state) ? _endCost : TokenDistances.Unreachable;
        if (!_detours.TryGetValue(state.Position, out var detours)) _detours.Add(state.Position, detours = [.. Detours(state.Position)]);
        foreach (var (target, added) in detours) least = Math.Min(least, _distances.From(target, state.So.Then(added)) + 1);
        return Math.Min(least, TokenDistances.Unreachable);
    }

    // what is needed where a character was closed, by a token that begins another one
    private int AfterClose(int closed, TextEffect so)
    {
        var row = _distances.Row(so);
        if (row < 0) return TokenDistances.Unreachable;
        if (_afterClose.TryGetValue((closed, row), out var least)) return least;
        least = TokenDistances.Unreachable;
        foreach (var move in _graph.Moves(closed).Alive)
            if (move.BeginsCharacter) least = Math.Min(least, _distances.From(move.Target, so.Then(move.Effect)) + 1);
        if (_afterClose.Count >= MostKept) _afterClose.Clear();
        _afterClose.Add((closed, row), least);
        return least;
    }

    private IEnumerable<(int Target, TextEffect Effect)> Detours(int position)
    {
        if (_witnesses is null)
        {
            foreach (var move in _graph.Moves(position).Alive)
                if (_distances.Knows(move.Target)) yield return (move.Target, move.Effect);
            yield break;
        }
        foreach (var token in _witnesses)
            if (_graph.Follow(position, _tokenizer.TokenBytes(token), out var target, out var effect) && _distances.Knows(target))
                yield return (target, effect);
    }
}

/// <summary>Where a hypothesis stands in a plan.</summary>
/// <param name="Position">Number of the position.</param>
/// <param name="So">What the text has met and counted so far.</param>
/// <param name="Idle">Tokens since one began a word.</param>
/// <param name="Progress">Whether the text goes on.</param>
internal readonly record struct TextState(int Position, TextEffect So, int Idle, TextProgress Progress);

internal enum TextProgress : byte
{
    /// <summary>More may follow.</summary>
    Open,

    /// <summary>An end-of-sequence token stood where the text may end.</summary>
    Ended,

    /// <summary>Something forbidden occurred, or the text ended where it may not.</summary>
    Broken,
}
