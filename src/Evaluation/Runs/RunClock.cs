namespace DecodeAlign.Evaluation;

/// <summary>Reckons the time left by what each cell's texts took.</summary>
internal sealed class RunClock
{
    private readonly Dictionary<int, (double Seconds, int Texts)> _took = [];
    private readonly Dictionary<int, int> _left;

    public RunClock(IEnumerable<TextRecord> done, IEnumerable<int> left)
    {
        foreach (var text in done) Add(text);
        _left = left.CountBy(cell => cell).ToDictionary();
    }

    /// <summary>What is left; cells without a text yet count as the mean of the others. Null: there is nothing to reckon by.</summary>
    public TimeSpan? Left
    {
        get
        {
            if (_took.Count == 0) return null;
            var mean = _took.Values.Average(cell => cell.Seconds / cell.Texts);
            return TimeSpan.FromSeconds(_left.Sum(pair => pair.Value * (_took.TryGetValue(pair.Key, out var own) ? own.Seconds / own.Texts : mean)));
        }
    }

    /// <summary>One of those left is done.</summary>
    public void Done(TextRecord text)
    {
        Add(text);
        _left[text.Cell]--;
    }

    private void Add(TextRecord text)
    {
        var (seconds, texts) = _took.GetValueOrDefault(text.Cell);
        _took[text.Cell] = (seconds + text.Seconds, texts + 1);
    }
}
