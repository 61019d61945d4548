using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>
/// The one caller of an engine: merges what sessions ask into shared passes (continuous batching over trees), on a thread of its own. A session joins at the next pass and
/// leaves when its work is done. A pass waits a little for the sessions that the last one answered, since those that decode side by side come back almost at once:
/// at most a quarter of the last pass's time and 5 ms, and not for a session that did not come back within that time before.
/// </summary>
internal sealed class Scheduler : IAsyncDisposable
{
    private static readonly long LongestWait = Stopwatch.Frequency / 200;
    private readonly BlockingCollection<SessionWork> _queue = [];
    private readonly List<SessionWork> _arrived = [];
    private readonly List<SessionWork> _active = [];
    private readonly HashSet<ScheduledSession> _expected = [];
    private readonly ForwardPass _pass;
    private readonly PrefixSharing _sharing;
    private readonly Thread _thread;
    private long _wait;

    public Scheduler(IInferenceEngine engine)
    {
        _pass = new(engine);
        _sharing = new(engine);
        _thread = new Thread(Run) { IsBackground = true, Name = $"DecodeAlign scheduler: {engine.Facts.Name}" };
        _thread.Start();
    }

    public long Passes => _pass.Passes;

    public long Rows => _pass.Rows;

    public long SharedTokens => _sharing.SharedTokens;

    public void Enqueue(SessionWork work)
    {
        try
        {
            _queue.Add(work);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(EngineModel));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await Task.Run(_thread.Join).ConfigureAwait(false);
        _queue.Dispose();
    }

    private void Run()
    {
        while (HasWork()) Round();
    }

    // waiting and working are apart, and neither is inlined: a local of the loop would keep the last work, and its tree, while nothing comes
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HasWork()
    {
        if (_active.Count + _arrived.Count > 0) return true;
        if (!_queue.TryTake(out var first, Timeout.Infinite)) return false;
        Begin(first);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Round()
    {
        Gather();
        _arrived.RemoveAll(work => work.EndIfCancelled());
        _active.RemoveAll(work => work.EndIfCancelled());
        Plan();
        if (_active.Count > 0) RunPass();
    }

    private void Begin(SessionWork work)
    {
        _expected.Remove(work.Session);
        // who is new queues behind who has been served
        if (work.Session.LastServed == 0) work.Session.LastServed = _pass.Passes;
        work.Session.ComesBackSoon = Stopwatch.GetTimestamp() - work.Session.AnsweredAt <= Math.Max(_wait, LongestWait / 10);
        if (!work.Begin()) _arrived.Add(work);
    }

    // takes what has arrived, and waits a little for who is expected back
    private void Gather()
    {
        var until = Stopwatch.GetTimestamp() + _wait;
        var spin = default(SpinWait);
        while (true)
        {
            while (_queue.TryTake(out var next))
            {
                Begin(next);
                spin.Reset();
            }
            if (_expected.Count == 0 || Stopwatch.GetTimestamp() >= until || _queue.IsCompleted) break;
            spin.SpinOnce(sleep1Threshold: -1);
        }
        _expected.Clear();
    }

    private void Plan()
    {
        if (_arrived.Count == 0) return;
        _sharing.Begin(_active);
        _arrived.RemoveAll(work =>
        {
            if (!work.TryPlan(_sharing)) return false;
            if (work.IsDone) return true;
            _sharing.Add(work);
            _active.Add(work);
            return true;
        });
    }

    private void RunPass()
    {
        var began = Stopwatch.GetTimestamp();
        _pass.Run(_active, _sharing);
        var ended = Stopwatch.GetTimestamp();
        _wait = Math.Min((ended - began) / 4, LongestWait);
        _active.RemoveAll(work =>
        {
            if (!work.IsDone) return false;
            work.Session.AnsweredAt = ended;
            if (work.Session.ComesBackSoon) _expected.Add(work.Session);
            return true;
        });
    }
}
