namespace DecodeAlign.Remote;

/// <summary>Lets so many in at once; who waits gets a place in turn, one search after the other, however much each asks for. Safe for concurrent calls.</summary>
internal sealed class FairGate(int places)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, Queue<TaskCompletionSource>> _waiting = [];
    private readonly Queue<object> _turns = new();
    private int _free = places;

    /// <summary>Waits for a place, until it is left by <see cref="Leave"/>.</summary>
    /// <param name="search">Who asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask EnterAsync(object search, CancellationToken cancellationToken)
    {
        TaskCompletionSource turn;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }
            turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiting.TryGetValue(search, out var own))
            {
                _waiting.Add(search, own = new());
                _turns.Enqueue(search);
            }
            own.Enqueue(turn);
        }
        // one that was let in just then is in
        await using (cancellationToken.Register(() => turn.TrySetCanceled(cancellationToken)).ConfigureAwait(false)) await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Gives a place up.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var search))
            {
                var own = _waiting[search];
                var entered = own.Dequeue().TrySetResult();
                if (own.Count > 0) _turns.Enqueue(search);
                else _waiting.Remove(search);
                if (entered) return;
            }
            _free++;
        }
    }
}
