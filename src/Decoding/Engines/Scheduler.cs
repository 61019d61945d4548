using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>
/// The one caller of an engine: merges what sessions ask into shared passes (continuous batching over trees), on a thread of its own. A session joins at the next pass and
/// leaves when its work is done. A pass waits a little for the sessions that the last one answered, since those that decode side by side come back almost at once:
/// at most a quarter of the last pass's time and 5 ms, and not for a session that did not come back within that time before.
/// Where the engine's device computes beside the host, what arrives meanwhile is planned meanwhile, and begun too where the pass may be followed.
/// </summary>
internal sealed class Scheduler : IAsyncDisposable
{
    private static readonly long LongestWait = Stopwatch.Frequency / 200;
    private readonly BlockingCollection<SessionWork> _queue = [];
    private readonly List<SessionWork> _arrived = [];
    private readonly List<SessionWork> _active = [];
    private readonly List<SessionWork> _postponed = [];
    private readonly HashSet<ScheduledSession> _expected = [];
    private readonly PrefixSharing _sharing;
    private readonly Thread _thread;
    private ForwardPass _pass;
    private ForwardPass _next;
    private long _began;
    private long _taken;
    private long _wait;

    public Scheduler(IInferenceEngine engine)
    {
        var shares = new RowShares(engine.MaxRows);
        (_pass, _next) = (new(engine, shares), new(engine, shares));
        _sharing = new(engine);
        _thread = new Thread(Run) { IsBackground = true, Name = $"DecodeAlign scheduler: {engine.Facts.Name}" };
        _thread.Start();
    }

    public long Passes { get; private set; }

    public long Rows { get; private set; }

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
        Plan();
        if (_active.Count > 0) RunPasses();
    }

    private void Begin(SessionWork work)
    {
        _expected.Remove(work.Session);
        work.Number = ++_taken;
        // who is new queues behind who has been served
        if (work.Session.LastServed == 0) work.Session.LastServed = Passes;
        work.Session.ComesBackSoon = work.ArrivedAt - work.Session.AnsweredAt <= Math.Max(_wait, LongestWait / 10);
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
        _arrived.RemoveAll(static work => work.EndIfCancelled());
        _active.RemoveAll(static work => work.EndIfCancelled());
        foreach (var work in _active) work.Urgency = work.Session.Urgency;
        if (_arrived.Count == 0) return;
        _sharing.Begin(_active);
        _arrived.RemoveAll(work =>
        {
            // what a plan takes for held may be taken back, if the pass fails
            if (work.Session.PassesUnderWay > 0 || !work.TryPlan(_sharing)) return false;
            if (work.IsDone) return true;
            _sharing.Add(work);
            _active.Add(work);
            return true;
        });
    }

    // one pass; others after it as long as each begins before the one before it ends
    private void RunPasses()
    {
        Begin(_pass);
        while (_pass.IsUnderWay)
        {
            while (_queue.TryTake(out var next)) BeginOrPostpone(next);
            Plan();
            if (_pass.MayBeFollowed) Begin(_next);
            End();
        }
        if (_pass.HasBegun) End();
    }

    private void Begin(ForwardPass pass)
    {
        if (pass == _pass) _began = Stopwatch.GetTimestamp();
        pass.Begin(_active, Passes + 1);
        if (!pass.HasBegun) return;
        Passes++;
        Rows += pass.Rows;
    }

    private void End()
    {
        if (!_pass.TryEnd())
        {
            if (_next.HasBegun)
            {
                Passes--;
                Rows -= _next.Rows;
                _next.Drop();
            }
            _pass.Recover();
        }
        _pass.Answer(_sharing);
        var ended = Stopwatch.GetTimestamp();
        _wait = Math.Min((ended - _began) / 4, LongestWait);
        _active.RemoveAll(work =>
        {
            if (!work.IsDone) return false;
            work.Session.AnsweredAt = ended;
            if (work.Session.ComesBackSoon) _expected.Add(work.Session);
            return true;
        });
        if (_postponed.Count > 0) _postponed.RemoveAll(BeginIfFree);
        if (!_next.HasBegun) return;
        (_pass, _next) = (_next, _pass);
        _began = ended;
    }

    // a session's nodes stay as they are while a pass that has rows of it is under way
    private void BeginOrPostpone(SessionWork work)
    {
        if (!BeginIfFree(work)) _postponed.Add(work);
    }

    private bool BeginIfFree(SessionWork work)
    {
        if (work.Session.PassesUnderWay > 0) return false;
        Begin(work);
        return true;
    }
}
