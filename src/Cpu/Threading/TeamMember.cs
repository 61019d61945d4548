using System.Diagnostics;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>One member's place in the job.</summary>
internal sealed unsafe class TeamMember(ThreadTeam team, int index)
{
    private const int Line = 64;

#pragma warning disable CS0169 // keeps the members' fields on cache lines of their own
    private readonly Claim _padding;
#pragma warning restore CS0169
    private long _phase;
    private int _victim;
    private int _done;
    private volatile bool _holding;
    private long _pausedUntil;
    private byte* _ahead;
    private byte* _aheadEnd;

    public int Index { get; } = index;

    public void Begin(int job)
    {
        _phase = TeamState.FirstPhase(job);
        _victim = 0;
        _aheadEnd = _ahead;
    }

    /// <summary>The first item of this member's share of a phase of so many items: it takes its share in order, then what is left of the others'.</summary>
    public int First(int items) => First(items, Index);

    /// <summary>The first item of a member's share.</summary>
    public int First(int items, int member) => (int)(((long)items * member + team.Size - 1) / team.Size);

    /// <summary>Data to fetch ahead while this member waits for others.</summary>
    public void FetchWhileWaiting(byte* data, int bytes)
    {
        _ahead = data;
        _aheadEnd = data + bytes;
    }

    /// <summary>
    /// Ends the item in hand and takes the next of the phase. When none is left, waits until all are done, whoever has them, and enters the next phase.
    /// </summary>
    /// <param name="items">Items of the phase, the same for every member.</param>
    /// <param name="item">The item taken.</param>
    /// <returns>False when the phase is over.</returns>
    public bool Next(int items, out int item)
    {
        item = 0;
        if (items == 0) return false;
        if (_holding) _done++;
        // a late member may have read the number of items after the phase: then it finds the phase over as well
        Volatile.ReadBarrier();
        for (; _victim < team.Size; _victim++)
            if (TryClaim((Index + _victim) % team.Size, items, out item)) return true;
        Report(items);
        WaitForOthers();
        _victim = 0;
        _phase++;
        return false;
    }

    /// <summary>Sleeps through a pause that others have asked for.</summary>
    public void SitOut()
    {
        var left = Volatile.Read(ref _pausedUntil) - Stopwatch.GetTimestamp();
        if (left > 0) Thread.Sleep((int)(left * 1000 / Stopwatch.Frequency) + 1);
    }

    public void PauseIfHolding(long stall)
    {
        if (_holding) Volatile.Write(ref _pausedUntil, Stopwatch.GetTimestamp() + 8 * stall);
    }

    private bool TryClaim(int owner, int items, out int item)
    {
        var first = First(items, owner);
        var count = First(items, owner + 1) - first;
        ref var claim = ref team.Claim(owner);
        while (true)
        {
            var seen = Volatile.Read(ref claim.Value);
            // read in this order: what was claimed in another phase was claimed in an earlier one
            var taken = seen >> Claim.ItemBits == _phase ? (int)(seen & ((1 << Claim.ItemBits) - 1)) : 0;
            item = first + taken;
            if (taken >= count || Volatile.Read(ref team.State.Phase) != _phase) return false;
            var held = _holding;
            _holding = true;
            if (Interlocked.CompareExchange(ref claim.Value, _phase << Claim.ItemBits | (long)taken + 1, seen) == seen) return true;
            _holding = held;
        }
    }

    private void Report(int items)
    {
        _holding = false;
        var done = _done;
        _done = 0;
        ref var state = ref team.State;
        if (done == 0 || Interlocked.Add(ref state.Done, done) != items) return;
        state.Done = 0;
        Volatile.Write(ref state.Phase, _phase + 1);
    }

    private void WaitForOthers()
    {
        ref var state = ref team.State;
        var spin = new Spin();
        var patience = Spin.Patience;
        while (Volatile.Read(ref state.Phase) == _phase)
        {
            if (_ahead < _aheadEnd)
            {
                Fetch();
                continue;
            }
            var waited = spin.Once();
            if (Index != 0 || waited < patience) continue;
            team.PauseHolders(waited);
            patience = 2 * waited;
        }
    }

    private void Fetch()
    {
        if (Sse.IsSupported) Sse.Prefetch1(_ahead);
        _ahead += Line;
    }
}
