using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>Attention over keys and values of one format.</summary>
internal readonly unsafe ref struct AttentionPass<TNumber>
    where TNumber : struct, IKvNumber
{
    private const int Line = 64;

    // pages: far enough to cover the latency of memory
    private const int Ahead = 4;

    private readonly AttentionInput _input;
    private readonly ScoreRows _scores;
    private readonly int _shared;
    private readonly bool _fetch;

    public AttentionPass(in AttentionInput input, in ScoreRows scores)
    {
        _input = input;
        _scores = scores;
        _shared = SharedRuns(input.Plan, input.Rows);
        _fetch = input.Rows[0].Positions >= Attention.LongPath;
    }

    /// <summary>Scores of a part of the positions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Score(int part, int parts)
    {
        var batch = new ScoreBatch<TNumber>(_input.Layout.HeadSize);
        var runs = _input.Plan.Runs[_input.Rows[0].FirstRun..];
        var end = _shared * (part + 1) / parts;
        var i = _shared * part / parts;
        var position = 0;
        for (var before = 0; before < i; before++) position += runs[before].Count;
        for (; i < end; i++)
        {
            ref readonly var run = ref runs[i];
            if (_fetch && i + Ahead < end) Fetch(runs[i + Ahead].Page + _input.KeysOffset, _input.Layout.HeadSize * KvLayout.Slots * TNumber.Bytes, 1, 0);
            for (var row = 0; row < _input.Rows.Length; row++) Score(ref batch, run, row, position);
            position += run.Count;
        }
        if (part + 1 == parts)
            for (var row = 0; row < _input.Rows.Length; row++)
            {
                var own = position;
                for (var j = _shared; j < _input.Rows[row].RunCount; j++)
                {
                    ref readonly var run = ref _input.Plan.Runs[_input.Rows[row].FirstRun + j];
                    Score(ref batch, run, row, own);
                    own += run.Count;
                }
            }
        batch.Flush();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Score(ref ScoreBatch<TNumber> batch, in KvRun run, int row, int position)
    {
        for (var head = 0; head < _input.HeadCount; head++)
            batch.Add(run.Page + _input.KeysOffset, _input.Query(row, head), run, _scores.Row(row, head) + position);
    }

    /// <summary>The outputs' floats from one to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Mix(float* accumulators, int first, int end)
    {
        var width = end - first;
        new Span<float>(accumulators, _input.Rows.Length * _input.HeadCount * 2 * width).Clear();
        var runs = _input.Plan.Runs[_input.Rows[0].FirstRun..];
        var offset = _input.KeysOffset + _input.Layout.ValuesOffset + first * TNumber.Bytes;
        var position = 0;
        for (var i = 0; i < _shared; i++)
        {
            ref readonly var run = ref runs[i];
            if (_fetch && i + Ahead < _shared) Fetch(runs[i + Ahead].Page + offset, width * TNumber.Bytes, KvLayout.Slots, _input.Layout.ValueBytes);
            for (var row = 0; row < _input.Rows.Length; row++) Mix(run, row, position, offset, width, accumulators);
            position += run.Count;
        }
        for (var row = 0; row < _input.Rows.Length; row++)
        {
            var own = position;
            for (var i = _shared; i < _input.Rows[row].RunCount; i++)
            {
                ref readonly var run = ref _input.Plan.Runs[_input.Rows[row].FirstRun + i];
                Mix(run, row, own, offset, width, accumulators);
                own += run.Count;
            }
            for (var head = 0; head < _input.HeadCount; head++)
                MixKernels.Finish(accumulators + (row * _input.HeadCount + head) * 2 * width, width, 1 / _scores.Sum(row, head), _input.Output(row, head) + first, Math.Min(width, _input.Layout.HeadSize - first));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Mix(in KvRun run, int row, int position, long offset, int width, float* accumulators)
    {
        var stride = _input.Layout.ValueBytes;
        var values = run.Page + offset + run.Lane * stride;
        for (var head = 0; head < _input.HeadCount; head++)
            MixKernels.Add<TNumber>(values, stride, width, _scores.Row(row, head) + position, run.Count, position & 1, accumulators + (row * _input.HeadCount + head) * 2 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* data, int bytes, int rows, int stride)
    {
        if (!Sse.IsSupported) return;
        for (; rows > 0; rows--, data += stride)
            for (var i = 0; i < bytes; i += Line) Sse.Prefetch0(data + i);
    }

    /// <summary>How many runs the paths of all rows begin with alike.</summary>
    private static int SharedRuns(BatchPlan plan, ReadOnlySpan<PlannedRow> rows)
    {
        var shared = rows[0].RunCount;
        foreach (ref readonly var row in rows[1..])
        {
            shared = Math.Min(shared, row.RunCount);
            for (var i = 0; i < shared; i++)
                if (!plan.Runs[row.FirstRun + i].Equals(plan.Runs[rows[0].FirstRun + i]))
                    shared = i;
        }
        return shared;
    }
}
