using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DecodeAlign.Cpu;

/// <summary>
/// Attention of some query heads of one KV head, for a few rows. What the rows' paths share is read once for all of them: work goes run by run,
/// not row by row. Every number depends on the row's own path alone, summed in an order that its positions fix; so parts of the positions may be
/// scored, and parts of the values' width mixed, wherever there is a member to do it.
/// </summary>
internal readonly unsafe ref struct Attention
{
    /// <summary>Most rows of one item.</summary>
    public const int TileRows = 4;

    /// <summary>Most query heads of one item.</summary>
    public const int TileHeads = 8;

    /// <summary>Positions from which on keys and values are fetched ahead (pages lie apart, so the hardware does not foresee them; a short cache is near anyway), and few rows are worth sharing out in parts.</summary>
    public const int LongPath = 512;

    private readonly AttentionInput _input;
    private readonly ScoreRows _scores;
    private readonly int _shared;
    private readonly bool _fetch;

    private Attention(in AttentionInput input, in ScoreRows scores)
    {
        _input = input;
        _scores = scores;
        _shared = SharedRuns(input.Plan, input.Rows);
        _fetch = input.Rows[0].Positions >= LongPath;
    }

    /// <summary>Writes the output of every head of every row.</summary>
    public static void Run(in AttentionInput input, in ScoreRows scores, float* accumulators)
    {
        var attention = new Attention(input, scores);
        attention.Score(0, 1);
        for (var row = 0; row < input.Rows.Length; row++)
            for (var head = 0; head < input.HeadCount; head++) scores.Softmax(row, head, input.Rows[row].Positions);
        attention.Mix(accumulators, 0, input.Layout.ValueStride);
    }

    /// <summary>The first of three steps that together are <see cref="Run"/>: scores of a part of the positions. The second is <see cref="ScoreRows.Softmax"/>.</summary>
    public static void Score(in AttentionInput input, in ScoreRows scores, int part, int parts) => new Attention(input, scores).Score(part, parts);

    /// <summary>The third step: the outputs' floats from one to another, multiples of 16.</summary>
    public static void Mix(in AttentionInput input, in ScoreRows scores, float* accumulators, int first, int end) => new Attention(input, scores).Mix(accumulators, first, end);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(int part, int parts)
    {
        var batch = new ScoreBatch(_input.Layout.HeadSize);
        var runs = _input.Plan.Runs[_input.Rows[0].FirstRun..];
        var end = _shared * (part + 1) / parts;
        var i = _shared * part / parts;
        var position = 0;
        for (var before = 0; before < i; before++) position += runs[before].Count;
        for (; i < end; i++)
        {
            ref readonly var run = ref runs[i];
            if (_fetch && i + 1 < end) Fetch(runs[i + 1].Page + _input.KeysOffset, _input.Layout.HeadSize * KvLayout.Slots, 1, 0);
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
    private void Score(ref ScoreBatch batch, in KvRun run, int row, int position)
    {
        for (var head = 0; head < _input.HeadCount; head++)
            batch.Add(run.Page + _input.KeysOffset, _input.Query(row, head), run, _scores.Row(row, head) + position);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mix(float* accumulators, int first, int end)
    {
        var width = end - first;
        new Span<float>(accumulators, _input.Rows.Length * _input.HeadCount * 2 * width).Clear();
        var runs = _input.Plan.Runs[_input.Rows[0].FirstRun..];
        var offset = _input.KeysOffset + _input.Layout.ValuesOffset + first;
        var position = 0;
        for (var i = 0; i < _shared; i++)
        {
            ref readonly var run = ref runs[i];
            if (_fetch && i + 1 < _shared) Fetch(runs[i + 1].Page + offset, width, KvLayout.Slots, _input.Layout.ValueStride);
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
        var stride = _input.Layout.ValueStride;
        var values = run.Page + offset + run.Lane * stride;
        for (var head = 0; head < _input.HeadCount; head++)
            MixKernels.Add(values, stride, width, _scores.Row(row, head) + position, run.Count, position & 1, accumulators + (row * _input.HeadCount + head) * 2 * width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* data, int floats, int rows, int stride)
    {
        if (!Sse.IsSupported) return;
        for (; rows > 0; rows--, data += stride)
            for (var i = 0; i < floats; i += 16) Sse.Prefetch0(data + i);
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
