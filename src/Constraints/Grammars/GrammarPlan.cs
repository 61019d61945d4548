using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// A grammar and what holds beside it over one vocabulary. The tokens needed are witnessed by a derivation out of <see cref="UsefulTokens"/>: one of its tokens always leads to where one less is needed. Not safe for concurrent use.
/// </summary>
internal sealed class GrammarPlan
{
    private const int MostStates = 40_000;
    private const long MostMaskBytes = 256L << 20, MostWork = 3_000_000;

    // a limit so many times the bytes of the shortest text leaves room for a token a byte
    private const int Ample = 4;

    private readonly ModelFacts _model;
    private readonly ITokenizer _tokenizer;
    private readonly Grammar _grammar;
    private readonly EarleyMachine? _machine;
    private readonly TextSide _side;
    private readonly TokenTrie _trie;
    private TokenPaths? _paths;
    private readonly ShortestTexts _texts;
    private readonly OpenReader? _reader;
    private bool _isExact;
    private bool _countsBytes;
    private readonly int _limit;
    private readonly Dictionary<(Column, int), GrammarState> _states = [];
    private readonly GrammarState[] _prefix;
    private readonly TokenTerminals _terminals;
    private long _maskBytes;

    /// <summary>Plans.</summary>
    /// <param name="rules">A grammar and what holds beside it.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="model">Its end-of-sequence tokens.</param>
    /// <param name="maxTokens">Texts that need more tokens are not looked for.</param>
    /// <exception cref="PatternException">It is too large.</exception>
    public GrammarPlan(TextRules rules, ITokenizer tokenizer, ModelFacts model, int maxTokens)
    {
        (_model, _tokenizer, _trie) = (model, tokenizer, TokenTrie.Of(tokenizer));
        _grammar = rules.Marker is null ? rules.Grammar! : rules.Grammar!.After(rules.Marker);
        _side = new(rules);
        _terminals = new(rules.Tokens, tokenizer, model);
        _limit = maxTokens;
        _texts = new(_grammar, counts: false);
        _machine = _grammar.IsEmpty ? null : new(_grammar, _side.IsFree ? new(_grammar, counts: true) : null);
        if (_side.IsFree && !_grammar.IsEmpty && PlainTokens.Of(tokenizer, model.VocabularySize) is var parts && parts.HoldAllBytes(MayStand)) _reader = new(_grammar, _machine!, parts, model, Step);
        _isExact = UsefulTokens.AreFew(_trie);
        _prefix = new GrammarState[_trie.Longest + 1];
    }

    /// <summary>The state after a prompt, where a text that fits is known.</summary>
    /// <exception cref="UnsatisfiableConstraintException">None is.</exception>
    /// <exception cref="PatternException">It would take too much work to find one.</exception>
    public GrammarState Start(string name, string prompt)
    {
        if (_grammar.IsEmpty) throw new UnsatisfiableConstraintException(name, Refusal());
        var start = Of(_machine!.Start, _side.Start(prompt));
        if (start.Needed < 0) Choose(start);
        return Needed(start) <= _limit ? start : throw new UnsatisfiableConstraintException(name, Refusal());
    }

    // how the tokens needed are counted: as bytes, where a token a byte fits (and, where counting tokens takes next to nothing, amply); over useful tokens; over all of them, where nothing less will do
    private void Choose(GrammarState start)
    {
        _countsBytes = _reader is not null && start.Column.Bytes < (_isExact ? _limit / Ample : _limit);
        if (_countsBytes) return;
        var fitsAsBytes = _reader is not null && start.Column.Bytes < _limit;
        try
        {
            _paths = _isExact ? AllPaths() : Paths(UsefulTokens.Choose(_grammar, _texts, _side.IsFree, _trie, MayStand));
            _paths.MostWork = fitsAsBytes ? MostWork / 10 : MostWork;
            if (Needed(start) > _limit && !_isExact && MissingBytes().Count == 0 && LeastTokens() <= _limit)
            {
                _paths = AllPaths();
                _paths.MostWork = MostWork;
                (_isExact, start.Needed) = (true, -1);
                Needed(start);
            }
            _paths.MostWork = long.MaxValue;
        }
        catch (PatternException) when (fitsAsBytes)
        {
            (_countsBytes, start.Needed) = (true, -1);
        }
    }

    private TokenPaths AllPaths() => Paths(Enumerable.Range(0, _tokenizer.VocabularySize).Where(MayStand));

    private TokenPaths Paths(IEnumerable<int> tokens)
    {
        var tokenizer = new TerminalTokenizer(_tokenizer, _terminals);
        return new(_grammar, _side, new(tokenizer, tokens.Concat(tokenizer.Named)), _limit);
    }

    // a lower bound: every token is as long as the longest
    private int LeastTokens() => (_texts.Least + _trie.Longest - 1) / Math.Max(_trie.Longest, 1) + 1;

    /// <summary>The state after one more token.</summary>
    public GrammarState Advance(GrammarState state, int token, ReadOnlySpan<byte> bytes)
    {
        if (state == GrammarState.Ended || state == GrammarState.Broken) return GrammarState.Broken;
        if (_model.IsEos(token)) return Accepts(state) ? GrammarState.Ended : GrammarState.Broken;
        if (_terminals.Bytes.TryGetValue(token, out var terminal) && Step(state, terminal) is var after && after != GrammarState.Broken) return after;
        if (!MayStand(token)) return GrammarState.Broken;
        foreach (var value in bytes)
            if ((state = Step(state, value)) == GrammarState.Broken) break;
        return state;
    }

    /// <summary>Whether the text may end.</summary>
    public bool Accepts(GrammarState state) => state == GrammarState.Ended || (state.Column.Accepts && _side.Accepts(state.Side));

    /// <summary>Tokens that are enough to end well; <see cref="int.MaxValue"/>: no ending is known within the limit.</summary>
    public int Needed(GrammarState state)
    {
        if (state == GrammarState.Ended) return 0;
        if (state == GrammarState.Broken) return int.MaxValue;
        if (_countsBytes) return (int)Math.Min(int.MaxValue, state.Column.Bytes + 1);
        return state.Needed >= 0 ? state.Needed : state.Needed = Search(state);
    }

    /// <summary>Forbids the tokens after which what is needed is more than what is left.</summary>
    public bool Restrict(GrammarState state, int tokensLeft, TokenMask allowed)
    {
        if (state == GrammarState.Ended || state == GrammarState.Broken)
        {
            allowed.Clear();
            return true;
        }
        // where even the longest way to the end, a byte a token, fits, nothing has to be counted
        if (_reader is not null)
        {
            var open = state.Open ??= Tally(WithTerminals(state, _reader.Read(state)));
            if (open.Bytes + 1 < tokensLeft)
            {
                allowed.IntersectWith(open.Tokens);
                return open.Narrows;
            }
        }
        var moves = state.Moves ??= Read(state);
        allowed.IntersectWith(moves.Open);
        var narrowed = moves.Narrows;
        foreach (var (needed, tokens) in moves.Far)
        {
            if (needed < tokensLeft) break;
            tokens.RemoveFrom(allowed);
            narrowed = true;
        }
        return narrowed;
    }

    // why a text can't be written within the limit, or can't be shown to fit
    private string Refusal()
    {
        var limit = _limit;
        if (_grammar.IsEmpty) return "no text at all satisfies it";
        if (LeastTokens() > limit) return $"its shortest text has at least {_texts.Least} bytes, which takes at least {LeastTokens()} tokens with the end-of-sequence token, and the limit is {limit}";
        var missing = MissingBytes();
        if (missing.Count > 0) return $"it needs {string.Join(", ", missing.Take(8).Select(Unreached.Name))}, which no token of this vocabulary holds";
        return _isExact
            ? $"no text of this vocabulary satisfies it within {limit} tokens"
            : $"it is not proven that a text of this vocabulary satisfies it within {limit} tokens (its shortest text has at least {_texts.Least} bytes); raise the limit or ask for less";
    }

    private bool MayStand(int token) => token < _model.VocabularySize && !_model.IsEos(token) && !_tokenizer.TokenBytes(token).IsEmpty && !_terminals.Unusable.Contains(token);

    private GrammarState Of(Column column, int side)
    {
        if (_states.TryGetValue((column, side), out var state)) return state;
        if (_states.Count >= MostStates || _maskBytes > MostMaskBytes)
        {
            foreach (var known in _states.Values) (known.Next, known.Open, known.Moves) = ([], null, null);
            _states.Clear();
            _maskBytes = 0;
        }
        _states.Add((column, side), state = new(column, side));
        return state;
    }

    private GrammarState Step(GrammarState state, byte value)
    {
        if (state.Next.Length == 0) state.Next = new GrammarState?[_side.IsFree ? _grammar.ClassCount : 256];
        ref var next = ref state.Next[_side.IsFree ? _grammar.Classes[value] : value];
        if (next is not null) return next;
        var side = _side.Step(state.Side, value);
        var column = side < 0 ? null : _machine!.Step(state.Column, value);
        return next = column is null ? GrammarState.Broken : Of(column, side);
    }

    // the columns where rules began, back to the first, in the order of the tokens it takes to be done with them
    private int Search(GrammarState state)
    {
        var open = new PriorityQueue<(Column? Origin, int Rule, Place Place), int>();
        var known = new Dictionary<(Column? Origin, int Rule, Place Place), int>();
        foreach (var item in state.Column.Kernel) GoOn(item, new(0, state.Side), 0);
        while (open.TryDequeue(out var at, out var cost))
        {
            Cancellation.Check();
            if (known[at] != cost) continue;
            if (at.Origin is not null)
                foreach (var item in at.Origin.Waiting[at.Rule]) GoOn(item, at.Place, cost);
            else if (at.Place.Node == 0 && _side.Accepts(at.Place.Side)) return cost + 1;
        }
        return int.MaxValue;

        void GoOn(Item item, Place from, int cost)
        {
            var rule = _grammar.RuleOf(item.State);
            foreach (var (place, more) in _paths!.Ends(item.State, item.Count, from))
            {
                // the end of the text takes a token too
                if (cost + more >= _limit || (known.TryGetValue((item.Origin, rule, place), out var before) && before <= cost + more)) continue;
                known[(item.Origin, rule, place)] = cost + more;
                open.Enqueue((item.Origin, rule, place), cost + more);
            }
        }
    }

    // what a token that is named does is not told by its bytes alone
    private OpenTokens WithTerminals(GrammarState state, OpenTokens open)
    {
        if (_terminals.Bytes.Count == 0) return open;
        var bytes = open.Bytes;
        foreach (var id in _terminals.Unusable)
            if (id < _model.VocabularySize) open.Tokens[id] = false;
        foreach (var id in _terminals.Bytes.Keys)
        {
            var after = Advance(state, id, _tokenizer.TokenBytes(id));
            open.Tokens[id] = after != GrammarState.Broken;
            if (after != GrammarState.Broken) bytes = Math.Max(bytes, after.Column.Bytes);
        }
        return new(open.Tokens, open.Tokens.Count < open.Tokens.VocabularySize, bytes);
    }

    private OpenTokens Tally(OpenTokens open)
    {
        _maskBytes += open.Tokens.Words.Length * 8L;
        return open;
    }

    private GrammarMoves Read(GrammarState start)
    {
        var groups = new Dictionary<GrammarState, List<int>>();
        _prefix[0] = start;
        for (var node = 1; node < _trie.Count;)
        {
            var depth = _trie.Depths[node];
            var state = Step(_prefix[depth - 1], _trie.Bytes[node]);
            if (state == GrammarState.Broken)
            {
                node = _trie.Past[node];
                continue;
            }
            _prefix[depth] = state;
            if (depth == 1) Cancellation.Check();
            foreach (var id in _trie.TokensAt(node++))
            {
                if (!MayStand(id) || _terminals.Bytes.ContainsKey(id)) continue;
                if (!groups.TryGetValue(state, out var group)) groups.Add(state, group = []);
                group.Add(id);
            }
        }
        foreach (var id in _terminals.Bytes.Keys)
        {
            var after = Advance(start, id, _tokenizer.TokenBytes(id));
            if (after == GrammarState.Broken) continue;
            if (!groups.TryGetValue(after, out var group)) groups.Add(after, group = []);
            group.Add(id);
        }
        var open = new TokenMask(_model.VocabularySize);
        var far = new List<(int Needed, TokenMove Tokens)>();
        foreach (var (needed, tokens) in groups.GroupBy(group => Needed(group.Key)).Select(same => (same.Key, same.SelectMany(group => group.Value).ToList())))
        {
            if (needed == int.MaxValue) continue;
            foreach (var id in tokens) open[id] = true;
            far.Add((needed, new(0, default, tokens, true, _model.VocabularySize)));
        }
        if (Accepts(start))
            foreach (var id in _model.EosIds)
                if (id < open.VocabularySize) open[id] = true;
        _maskBytes += open.Words.Length * 8L * 3;
        return new(open, open.Count < open.VocabularySize, [.. far.OrderByDescending(move => move.Needed)]);
    }

    private List<byte> MissingBytes()
    {
        var held = new bool[256];
        for (var id = 0; id < _tokenizer.VocabularySize; id++)
            if (MayStand(id))
                foreach (var value in _tokenizer.TokenBytes(id)) held[value] = true;
        foreach (var value in _terminals.Bytes.Values) held[value] = true;
        var (text, whole) = _texts.From(_grammar.Start(_grammar.Root), 4000);
        return whole ? [.. text.Distinct().Where(value => !held[value])] : [];
    }
}
