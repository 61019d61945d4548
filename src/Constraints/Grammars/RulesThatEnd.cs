namespace DecodeAlign.Constraints;

/// <summary>Finds the rules that derive any text at all, or the empty one. Each state is visited once: a call of a rule that is not known to end yet is gone past when it is.</summary>
internal sealed class RulesThatEnd
{
    private const int Conclude = -1;

    private readonly Dfa[] _rules;
    private readonly Counted?[] _counted;
    private readonly bool[][] _seen;
    private readonly bool[] _ends;
    private readonly List<(int Rule, int State)>?[] _waiting;
    private readonly Stack<(int Rule, int State)> _open = new();

    private RulesThatEnd(Dfa[] rules, Counted?[] counted)
    {
        (_rules, _counted, _ends, _waiting) = (rules, counted, new bool[rules.Length], new List<(int, int)>?[rules.Length]);
        _seen = Array.ConvertAll(rules, rule => new bool[rule.Count]);
    }

    /// <param name="rules">The rules.</param>
    /// <param name="counted">What they count.</param>
    /// <param name="byBytes">Whether bytes are read: otherwise those are found that derive the empty text.</param>
    public static bool[] Of(Dfa[] rules, Counted?[] counted, bool byBytes)
    {
        var all = new RulesThatEnd(rules, counted);
        for (var rule = 0; rule < rules.Length; rule++)
            if (rules[rule].Count > 0) all.Visit(rule, rules[rule].Start);
        all.Run(byBytes);
        return all._ends;
    }

    private void Run(bool byBytes)
    {
        while (_open.TryPop(out var at))
        {
            Cancellation.Check();
            var (rule, state) = at;
            if (state == Conclude || _rules[rule].IsFinal(state)) End(rule, byBytes);
            if (state == Conclude) continue;
            if (byBytes)
                foreach (var target in _rules[rule].Bytes(state))
                    if (target >= 0) Visit(rule, target);
            foreach (var (called, target) in _rules[rule].Calls(state))
                if (_ends[called]) Visit(rule, target);
                else (_waiting[called] ??= []).Add((rule, target));
        }
    }

    private void End(int rule, bool byBytes)
    {
        if (_ends[rule]) return;
        // calls that it counts have to end too
        if (byBytes && _counted[rule] is { Item: >= 0 and var item, Range.Least: > 0 } && !_ends[item])
        {
            (_waiting[item] ??= []).Add((rule, Conclude));
            return;
        }
        _ends[rule] = true;
        foreach (var (caller, target) in _waiting[rule] ?? [])
            if (target == Conclude) _open.Push((caller, Conclude));
            else Visit(caller, target);
        _waiting[rule] = null;
    }

    private void Visit(int rule, int state)
    {
        if (_seen[rule][state]) return;
        _seen[rule][state] = true;
        _open.Push((rule, state));
    }
}
