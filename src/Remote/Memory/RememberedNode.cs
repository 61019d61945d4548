using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>
/// What a server has told of one text. What was told first stands: a server that answers differently another time changes nothing, and what it adds then is fitted below what was there. So a search sees one tree.
/// </summary>
internal sealed class RememberedNode
{
    private Dictionary<int, RememberedNode>? _children;
    private Dictionary<int, double>? _others;
    private Dictionary<ulong, int>? _draws;
    private TokenLogProbability[] _top = [];
    private double[]? _all;

    /// <summary>Most likely tokens that are known, best first; where the whole distribution is known, they may be fewer.</summary>
    public int TopCount => _top.Length;

    /// <summary>Whether the whole distribution is known.</summary>
    public bool IsWhole => _all is not null;

    /// <summary>The text with one more token; null: nothing is known of it.</summary>
    public RememberedNode? Find(int token) => _children?.GetValueOrDefault(token);

    /// <summary>The text with one more token, remembered from now on.</summary>
    public RememberedNode Child(int token)
    {
        _children ??= [];
        if (!_children.TryGetValue(token, out var child)) _children[token] = child = new();
        return child;
    }

    /// <summary>The most likely token, equal ones by lower id; null: not known.</summary>
    public TokenLogProbability? Best => _top.Length > 0 ? _top[0] : null;

    /// <summary>The token that was drawn here under a key; null: none.</summary>
    public int? Drawn(ulong seed) => _draws is not null && _draws.TryGetValue(seed, out var token) ? token : null;

    /// <summary>Remembers a token that was drawn, the first one under its key, with its log P.</summary>
    public void SetDrawn(ulong seed, TokenLogProbability token)
    {
        (_draws ??= []).TryAdd(seed, token.Token);
        Tell(token.Token, token.LogProbability);
    }

    /// <summary>Remembers a token's log P, where none was told.</summary>
    public void Tell(int token, double logProbability)
    {
        if (double.IsNaN(LogProbability(token))) (_others ??= []).Add(token, Math.Min(logProbability, _top.Length > 0 ? _top[^1].LogProbability : 0));
    }

    /// <summary>A token's log P; no number: it is not known.</summary>
    public double LogProbability(int token)
    {
        if (_all is not null) return _all[token];
        foreach (var entry in _top)
            if (entry.Token == token) return entry.LogProbability;
        return _others is not null && _others.TryGetValue(token, out var told) ? told : double.NaN;
    }

    /// <summary>Remembers the most likely tokens.</summary>
    /// <param name="told">As the server told them, most likely first; none twice.</param>
    /// <param name="isCut">Whether there are further ones: equal to the last there may then be tokens of lower ids that were not told, so that it is not counted.</param>
    public void AddTop(IReadOnlyList<TokenLogProbability> told, bool isCut)
    {
        var known = told.Count;
        if (isCut)
            while (known > 0 && told[known - 1].LogProbability <= told[^1].LogProbability) known--;
        if (known <= _top.Length) return;
        var held = _top.Select(entry => entry.Token).ToHashSet();
        var most = _top.Length > 0 ? _top[^1].LogProbability : 0;
        TokenLogProbability[] added = [.. told.Take(known).Where(entry => !held.Contains(entry.Token)).Select(entry => entry with { LogProbability = Math.Min(most, Known(entry)) })];
        Array.Sort(added, ByRank);
        _top = [.. _top, .. added];
    }

    /// <summary>Remembers a whole distribution.</summary>
    /// <param name="told">Tokens with their log P, any order.</param>
    /// <param name="vocabularySize">Number of tokens; what was not told has no probability.</param>
    public void AddAll(IReadOnlyList<TokenLogProbability> told, int vocabularySize)
    {
        if (_all is not null) return;
        var all = new double[vocabularySize];
        Array.Fill(all, double.NegativeInfinity);
        var most = _top.Length > 0 ? _top[^1].LogProbability : 0;
        foreach (var entry in told) all[entry.Token] = Math.Min(most, Known(entry));
        foreach (var entry in _top) all[entry.Token] = entry.LogProbability;
        _all = all;
        if (_top.Length == 0)
        {
            var best = new TokenLogProbability[1];
            ReadTop(null, best);
            _top = best;
        }
    }

    /// <summary>Forgets a whole distribution but for its most likely tokens.</summary>
    public void Shrink(int keep)
    {
        if (_all is null) return;
        var top = new TokenLogProbability[Math.Min(Math.Max(keep, _top.Length), _all.Length)];
        ReadTop(null, top);
        (_top, _all) = ([.. top.Where(entry => entry.Token >= 0)], null);
    }

    /// <summary>Copies the whole distribution.</summary>
    public void CopyAll(Span<double> destination) => _all!.CopyTo(destination);

    /// <summary>log Σ p over the tokens of a mask, from the whole distribution.</summary>
    public double LogSum(TokenMask? allowed)
    {
        var sum = 0.0;
        for (var token = 0; token < _all!.Length; token++)
            if (allowed is null || allowed[token]) sum += Math.Exp(_all[token]);
        return Math.Min(0, Math.Log(sum));
    }

    /// <summary>Reads the most likely tokens that a mask allows.</summary>
    /// <returns>Whether they are known. Places for which no token is left hold <see cref="TokenLogProbability.None"/>.</returns>
    public bool ReadTop(TokenMask? allowed, Span<TokenLogProbability> top)
    {
        var count = 0;
        if (_all is not null)
        {
            for (var token = 0; token < _all.Length; token++)
                if (!double.IsNegativeInfinity(_all[token]) && (allowed is null || allowed[token])) Insert(new(token, _all[token]), top, ref count);
            top[count..].Fill(TokenLogProbability.None);
            return true;
        }
        for (var i = 0; i < _top.Length && count < top.Length; i++)
            if (allowed is null || allowed[_top[i].Token]) top[count++] = _top[i];
        if (count == top.Length) return true;
        return allowed is not null && ReadAllowed(allowed, top);
    }

    // every token of a small mask has been told by name
    private bool ReadAllowed(TokenMask allowed, Span<TokenLogProbability> top)
    {
        if (allowed.Count > (_others?.Count ?? 0) + _top.Length) return false;
        var count = 0;
        for (var word = 0; word < allowed.Words.Length; word++)
            for (var bits = allowed.Words[word]; bits != 0; bits &= bits - 1)
            {
                var token = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                var told = LogProbability(token);
                if (double.IsNaN(told)) return false;
                if (!double.IsNegativeInfinity(told)) Insert(new(token, told), top, ref count);
            }
        top[count..].Fill(TokenLogProbability.None);
        return true;
    }

    private double Known(TokenLogProbability entry) => _others is not null && _others.TryGetValue(entry.Token, out var told) ? told : entry.LogProbability;

    private static void Insert(TokenLogProbability entry, Span<TokenLogProbability> top, ref int count)
    {
        if (count == top.Length && (count == 0 || ByRank(entry, top[count - 1]) > 0)) return;
        var place = count < top.Length ? count++ : count - 1;
        for (; place > 0 && ByRank(entry, top[place - 1]) < 0; place--) top[place] = top[place - 1];
        top[place] = entry;
    }

    private static int ByRank(TokenLogProbability left, TokenLogProbability right) =>
        left.LogProbability != right.LogProbability ? right.LogProbability.CompareTo(left.LogProbability) : left.Token.CompareTo(right.Token);
}
