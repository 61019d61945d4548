using System.Runtime.InteropServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// The positions of a text automaton, numbered as they are met, and for each the moves that the tokens of a vocabulary make. Kept for all requests of a constraint.
/// Not safe for concurrent use.
/// </summary>
internal sealed class TokenGraph
{
    private readonly ModelFacts _model;
    private readonly TokenTrie _trie;
    private readonly bool _forbidsSpecials;
    private readonly Dictionary<TextPosition, int> _numbers = [];
    private readonly List<TextPosition> _positions = [];
    private readonly List<TokenMoves?> _moves = [];
    private readonly List<Step[]?> _steps = [];
    private readonly List<Close?> _closes = [];
    private readonly Step[] _prefix;
    private readonly int _tokens;

    public TokenGraph(TextRules rules, ITokenizer tokenizer, ModelFacts model)
    {
        (Automaton, _model, _trie) = (new(rules), model, TokenTrie.Of(tokenizer));
        // control tokens that are no end would only waste the limit where the text's form is given
        _forbidsSpecials = rules.Pattern is not null;
        _prefix = new Step[_trie.Longest + 1];
        for (var id = 0; id < model.VocabularySize && id < tokenizer.VocabularySize; id++)
            if (!model.IsEos(id)) _tokens++;
        Masks = new(model);
    }

    public TextAutomaton Automaton { get; }

    /// <summary>Masks made of these moves.</summary>
    public SharedMasks Masks { get; }

    /// <summary>Whether reading the vocabulary costs next to nothing.</summary>
    public bool IsSmall => _trie.Count < 4096;

    /// <summary>Nodes of the vocabulary's trie read so far.</summary>
    public long Work { get; private set; }

    public TextPosition this[int number] => _positions[number];

    /// <summary>The number of a position.</summary>
    public int Number(TextPosition position)
    {
        if (_numbers.TryGetValue(position, out var number)) return number;
        number = _positions.Count;
        _numbers.Add(position, number);
        _positions.Add(position);
        _moves.Add(null);
        _steps.Add(null);
        _closes.Add(null);
        return number;
    }

    /// <summary>What the tokens do from a position, end-of-sequence tokens left out. Read from the vocabulary at the first call.</summary>
    public TokenMoves Moves(int number) => _moves[number] ??= Read(number);

    /// <summary>Where a token's bytes lead from a position.</summary>
    /// <returns>False: to something forbidden.</returns>
    public bool Follow(int number, ReadOnlySpan<byte> bytes, out int target, out TextEffect effect)
    {
        var at = new Step(number, default);
        foreach (var value in bytes) at = After(at, value);
        (target, effect) = (at.Target, at.Effect);
        return target >= 0;
    }

    /// <summary>
    /// Whether a position stands in the middle of a character, so that a token that begins with another one does what it does where the character has been closed.
    /// </summary>
    /// <param name="number">The position.</param>
    /// <param name="closed">Number of the position after the close; −1: it leads to something forbidden.</param>
    /// <param name="effect">What the close adds.</param>
    public bool IsInsideCharacter(int number, out int closed, out TextEffect effect)
    {
        var close = _closes[number] ??= Closing(number);
        (closed, effect) = (close.Target, close.Effect);
        return close.IsInside;
    }

    private Close Closing(int number)
    {
        var (position, effect) = (_positions[number], default(TextEffect));
        if (position.Text.Count == 0 || _forbidsSpecials) return new(false, -1, default);
        return Automaton.CloseCharacter(ref position, ref effect) ? new(true, Number(position), effect) : new(true, -1, default);
    }

    private TokenMoves Read(int start)
    {
        var inside = IsInsideCharacter(start, out var closed, out var before);
        var groups = new Dictionary<(Step Step, bool BeginsCharacter), List<int>>();
        _prefix[0] = new(start, default);
        Add(0, _prefix[0], false);
        var begins = false;
        for (var node = 1; node < _trie.Count;)
        {
            var depth = _trie.Depths[node];
            var continues = (_trie.Bytes[node] & 0xC0) == 0x80;
            if (depth == 1 && inside && !continues)
            {
                node = _trie.Past[node];
                continue;
            }
            Work++;
            var step = After(_prefix[depth - 1], _trie.Bytes[node]);
            if (step.Target < 0)
            {
                node = _trie.Past[node];
                continue;
            }
            _prefix[depth] = step;
            if (depth == 1)
            {
                Cancellation.Check();
                begins = !continues;
            }
            Add(node++, step, begins);
        }
        var moves = groups.Select(group => new TokenMove(group.Key.Step.Target, group.Key.Step.Effect, group.Value, group.Key.BeginsCharacter, _model.VocabularySize)).ToList();
        if (inside && closed >= 0) moves.AddRange(Moves(closed).Alive.Where(move => move.BeginsCharacter).Select(move => move.After(before)));
        return new([.. moves], moves.Sum(move => move.Count) == _tokens);

        void Add(int at, Step step, bool beginsCharacter)
        {
            List<int>? group = null;
            foreach (var id in _trie.TokensAt(at))
            {
                if (id >= _model.VocabularySize || _model.IsEos(id) || (at == 0 && _forbidsSpecials)) continue;
                if (group is null)
                {
                    ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, (step, beginsCharacter), out _);
                    group = known ??= [];
                }
                group.Add(id);
            }
        }
    }

    private Step After(Step before, byte value)
    {
        if (before.Target < 0) return before;
        var steps = _steps[before.Target] ??= new Step[256];
        ref var step = ref steps[value];
        if (step.Target == 0) step = Compute(before.Target, value);
        return step.Target < 0 ? new(-1, default) : new(step.Target - 1, before.Effect.Then(step.Effect));
    }

    /// <summary>One byte's step, its target's number one too high: 0 is for steps not computed yet.</summary>
    private Step Compute(int number, byte value)
    {
        var position = _positions[number];
        var effect = default(TextEffect);
        return Automaton.Step(ref position, value, ref effect) ? new(Number(position) + 1, effect) : new(-1, default);
    }

    /// <param name="Target">Number of the position; −1: something forbidden.</param>
    /// <param name="Effect">What the bytes so far add.</param>
    private readonly record struct Step(int Target, TextEffect Effect);

    /// <param name="IsInside">Whether a character has begun.</param>
    /// <param name="Target">Number of the position after its close; −1: something forbidden.</param>
    /// <param name="Effect">What the close adds.</param>
    private readonly record struct Close(bool IsInside, int Target, TextEffect Effect);
}
