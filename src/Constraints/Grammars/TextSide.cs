namespace DecodeAlign.Constraints;

/// <summary>What holds beside a grammar, as one deterministic automaton over bytes: counts are part of its states. States are numbered as they are met. Not safe for concurrent use.</summary>
internal sealed class TextSide
{
    /// <summary>Most states.</summary>
    public const int Most = 200_000;

    private readonly TextRules _rules;
    private readonly TextAutomaton? _automaton;
    private readonly Dictionary<(TextPosition, TextEffect), int> _numbers = [];
    private readonly List<(TextPosition Position, TextEffect So)> _states = [];
    private readonly List<int[]?> _steps = [];
    private readonly ulong _required;

    public TextSide(TextRules rules)
    {
        _rules = rules;
        _automaton = rules.IsFree ? null : new(rules);
        _required = (1UL << rules.Required.Count) - 1;
    }

    /// <summary>Whether there is one state only, that allows everything.</summary>
    public bool IsFree => _automaton is null;

    /// <summary>The state after the prompt.</summary>
    public int Start(string prompt) => _automaton is null ? 0 : Number(_automaton.Begin(prompt), default);

    /// <summary>The state after one more byte; −1: something forbidden.</summary>
    public int Step(int state, byte value)
    {
        // a token that the grammar names is no text
        if (_automaton is null || TokenTerminals.Is(value, _rules.Tokens.Count)) return state;
        var steps = _steps[state] ??= new int[256];
        // one too high: 0 is for steps not computed yet, −1 for something forbidden
        if (steps[value] == 0) steps[value] = Compute(state, value);
        return steps[value] < 0 ? -1 : steps[value] - 1;
    }

    /// <summary>Whether the text may end.</summary>
    public bool Accepts(int state)
    {
        if (_automaton is null) return true;
        var (position, so) = _states[state];
        if (!_automaton.MayEnd(position, out var atEnd)) return false;
        var all = so.Then(atEnd);
        return (all.Met & _required) == _required && _rules.Words.Holds(all.Words) && _rules.Sentences.Holds(all.Sentences) && _rules.Characters.Holds(all.Characters);
    }

    private int Compute(int state, byte value)
    {
        var (position, so) = _states[state];
        if (!_automaton!.Step(ref position, value, ref so)) return -1;
        var (words, sentences, characters) = (so.Words, so.Sentences, so.Characters);
        if (!_rules.Words.Clip(ref words) || !_rules.Sentences.Clip(ref sentences) || !_rules.Characters.Clip(ref characters)) return -1;
        return Number(position, new(so.Met & _required, words, sentences, characters)) + 1;
    }

    private int Number(TextPosition position, TextEffect so)
    {
        if (_numbers.TryGetValue((position, so), out var number)) return number;
        if (_states.Count >= Most) throw new PatternException($"what holds beside the grammar is too large: more than {Most} states");
        number = _states.Count;
        _numbers.Add((position, so), number);
        _states.Add((position, so));
        _steps.Add(null);
        return number;
    }
}
