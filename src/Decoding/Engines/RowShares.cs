namespace DecodeAlign.Decoding;

/// <summary>
/// Deals the rows of passes out among what waits. Steps of texts under way come first, and as long as prompts wait, a quarter of the rows is theirs. What steps leave goes to prompts, one after the other:
/// half to the first one, half to those with the least left, so that no prompt is slowed by more than half by shorter ones. First is the most urgent, among equals the one that came first. Where rows
/// are too few for all steps, the more urgent take theirs first; equally urgent ones get equal shares, and what one does not need goes to the others. In every eighth pass urgency does not count.
/// </summary>
internal sealed class RowShares(int maxRows)
{
    private const int Patience = 8;
    private readonly List<SessionWork> _steps = [];
    private readonly List<SessionWork> _prompts = [];
    private readonly List<SessionWork> _shortest = [];
    private long _passes;
    private int _left;

    /// <summary>Tells each work that a pass may have rows of its number (<see cref="SessionWork.Share"/>).</summary>
    public void Deal(List<SessionWork> waiting)
    {
        foreach (var work in waiting)
        {
            work.Share = 0;
            if (work.IsReady) (work.IsPrompt ? _prompts : _steps).Add(work);
        }
        _passes++;
        var kept = PromptRows(_prompts.Sum(static work => (long)work.RowsLeft));
        _left = maxRows - kept;
        DealToSteps();
        _left += kept;
        if (_prompts.Count > 0) DealToPrompts();
        _steps.Clear();
        _prompts.Clear();
        _shortest.Clear();
    }

    private bool CountsUrgency => _passes % Patience != 0;

    // over any four passes a quarter of the rows, where a single one has too few
    private int PromptRows(long wanted) => (int)Math.Min(wanted, _passes * maxRows / 4 - (_passes - 1) * maxRows / 4);

    private void DealToSteps()
    {
        if (_steps.Sum(static work => (long)work.RowsLeft) <= _left)
        {
            foreach (var work in _steps) Give(work, work.RowsLeft);
            return;
        }
        if (CountsUrgency) _steps.Sort(BeforeAsSteps);
        else _steps.Sort(ServedLongerAgo);
        for (var first = 0; first < _steps.Count && _left > 0;)
        {
            var end = CountsUrgency ? first + 1 : _steps.Count;
            while (end < _steps.Count && _steps[end].Urgency.Priority == _steps[first].Urgency.Priority) end++;
            DealEqually(first, end);
            first = end;
        }
    }

    // where there are more sessions than rows, in the order that they stand in; else the small ones first, so that what they leave is known
    private void DealEqually(int first, int end)
    {
        if (end - first <= _left) _steps.Sort(first, end - first, FewerLeft.Instance);
        for (var i = first; i < end && _left > 0; i++) Give(_steps[i], Math.Max(1, _left / (end - i)));
    }

    private void DealToPrompts()
    {
        if (CountsUrgency) _prompts.Sort(BeforeAsPrompts);
        else _prompts.Sort(CameBefore);
        var lead = _prompts[0];
        Give(lead, _left - _left / 2);
        foreach (var work in _prompts)
            if (work.Urgency.Priority == lead.Urgency.Priority) _shortest.Add(work);
        _shortest.Sort(FewerLeft.Instance);
        foreach (var work in _shortest) Give(work, _left);
        foreach (var work in _prompts) Give(work, _left);
    }

    private void Give(SessionWork work, int rows)
    {
        rows = Math.Min(Math.Min(rows, _left), work.RowsLeft - work.Share);
        work.Share += rows;
        _left -= rows;
    }

    private static int BeforeAsSteps(SessionWork first, SessionWork second)
    {
        var byUrgency = Urgency.Compare(first.Urgency, second.Urgency);
        return byUrgency != 0 ? byUrgency : ServedLongerAgo(first, second);
    }

    private static int ServedLongerAgo(SessionWork first, SessionWork second)
    {
        var byService = first.Session.LastServed.CompareTo(second.Session.LastServed);
        return byService != 0 ? byService : CameBefore(first, second);
    }

    private static int BeforeAsPrompts(SessionWork first, SessionWork second)
    {
        var byUrgency = Urgency.Compare(first.Urgency, second.Urgency);
        return byUrgency != 0 ? byUrgency : CameBefore(first, second);
    }

    private static int CameBefore(SessionWork first, SessionWork second) => first.Number.CompareTo(second.Number);

    /// <summary>Those with the fewest rows left after their share first.</summary>
    private sealed class FewerLeft : IComparer<SessionWork>
    {
        public static FewerLeft Instance { get; } = new();

        public int Compare(SessionWork? first, SessionWork? second)
        {
            var byRows = (first!.RowsLeft - first.Share).CompareTo(second!.RowsLeft - second.Share);
            return byRows != 0 ? byRows : CameBefore(first, second);
        }
    }
}
