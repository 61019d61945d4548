namespace DecodeAlign.Cpu;

/// <summary>
/// Threads that run one job together, in phases. A phase is over when all its items are done, not when all members have come: a member whose core
/// another process has taken holds up the others only while it holds an item, and is then left alone for a while. An idle team sleeps.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly TeamMember[] _members;
    private readonly Action<TeamMember> _job;
    private readonly Claim[] _claims;
    private readonly object _sleep = new();
    private TeamState _state;
    private int _sleeping;
    private volatile bool _stop;

    /// <param name="size">Members, the caller of <see cref="Run"/> included.</param>
    /// <param name="job">What each member runs: the same phases with the same numbers of items, which alone may change between jobs. It must not throw.</param>
    public ThreadTeam(int size, Action<TeamMember> job)
    {
        _job = job;
        Size = size;
        _members = new TeamMember[size];
        _claims = new Claim[size + 1];
        Forget();
        for (var i = 0; i < size; i++) _members[i] = new(this, i);
        _threads = new Thread[size - 1];
        for (var i = 0; i < _threads.Length; i++)
        {
            var member = _members[i + 1];
            _threads[i] = new(() => Loop(member)) { IsBackground = true, Name = $"DecodeAlign compute {member.Index}" };
            _threads[i].Start();
        }
    }

    /// <summary>Members.</summary>
    internal int Size { get; }

    internal ref TeamState State => ref _state;

    // the first line holds the array's length
    internal ref Claim Claim(int member) => ref _claims[member + 1];

    /// <summary>Runs the job and returns when all items of all phases are done.</summary>
    public void Run()
    {
        var job = _state.Job + 1;
        // the numbers of phases begin anew
        if (TeamState.FirstPhase(job) == 0) Forget();
        Volatile.Write(ref _state.Phase, TeamState.FirstPhase(job));
        Interlocked.Increment(ref _state.Job);
        if (Volatile.Read(ref _sleeping) > 0)
            lock (_sleep) Monitor.PulseAll(_sleep);
        _members[0].Begin(job);
        _job(_members[0]);
        Volatile.Write(ref _state.Phase, TeamState.Closed(job));
    }

    public void Dispose()
    {
        _stop = true;
        Interlocked.Increment(ref _state.Job);
        lock (_sleep) Monitor.PulseAll(_sleep);
        foreach (var thread in _threads) thread.Join();
    }

    /// <summary>Members that hold an item for so long have lost their core: they sit out the next jobs.</summary>
    internal void PauseHolders(long stall)
    {
        foreach (var member in _members) member.PauseIfHolding(stall);
    }

    private void Forget()
    {
        foreach (ref var claim in _claims.AsSpan()) Volatile.Write(ref claim.Value, -1);
    }

    private void Loop(TeamMember member)
    {
        var seen = 0;
        while (true)
        {
            if (!SpinWait(seen)) Sleep(seen);
            if (_stop) return;
            seen = Volatile.Read(ref _state.Job);
            member.Begin(seen);
            _job(member);
            member.SitOut();
        }
    }

    private bool SpinWait(int seen)
    {
        var spin = new Spin();
        while (Volatile.Read(ref _state.Job) == seen)
            if (spin.Once() > Spin.Patience) return false;
        return true;
    }

    private void Sleep(int seen)
    {
        lock (_sleep)
        {
            Interlocked.Increment(ref _sleeping);
            while (Volatile.Read(ref _state.Job) == seen) Monitor.Wait(_sleep);
            Interlocked.Decrement(ref _sleeping);
        }
    }
}
