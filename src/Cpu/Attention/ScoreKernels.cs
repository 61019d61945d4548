using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DecodeAlign.Cpu;

/// <summary>The products of one query with the keys of one run.</summary>
internal readonly unsafe struct ScoreTask(byte* keys, float* query, float* scores, int lane, int count)
{
    public readonly byte* Keys = keys;
    public readonly float* Query = query;
    private readonly float* _scores = scores;
    private readonly int _lane = lane;
    private readonly int _count = count;

    /// <summary>Keeps the run's slots of the page's 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Keep(float* all)
    {
        // never past the run: what follows may be another member's
        if (_count == KvLayout.Slots) Vector512.Load(all).Store(_scores);
        else
            for (var i = 0; i < _count; i++) _scores[i] = all[_lane + i];
    }
}

/// <summary>Collects score tasks and does four at once, so that their chains of additions overlap.</summary>
internal unsafe ref struct ScoreBatch<TNumber>(int headSize)
    where TNumber : struct, IKvNumber
{
    private ScoreTask _a;
    private ScoreTask _b;
    private ScoreTask _c;
    private int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte* keys, float* query, in KvRun run, float* scores)
    {
        var task = new ScoreTask(keys, query, scores, run.Lane, run.Count);
        switch (_count++)
        {
            case 0:
                _a = task;
                break;
            case 1:
                _b = task;
                break;
            case 2:
                _c = task;
                break;
            default:
                ScoreKernels.Four<TNumber>(_a, _b, _c, task, headSize);
                _count = 0;
                break;
        }
    }

    /// <summary>Does what is left, in order.</summary>
    public void Flush()
    {
        if (_count > 0) ScoreKernels.One<TNumber>(_a, headSize);
        if (_count > 1) ScoreKernels.One<TNumber>(_b, headSize);
        if (_count > 2) ScoreKernels.One<TNumber>(_c, headSize);
        _count = 0;
    }
}

/// <summary>Products with keys, 16 slots of a page in a vector, and softmax over them.</summary>
internal static unsafe class ScoreKernels
{
    public static void Four<TNumber>(in ScoreTask a, in ScoreTask b, in ScoreTask c, in ScoreTask d, int size)
        where TNumber : struct, IKvNumber
    {
        var all = stackalloc float[4 * KvLayout.Slots];
        Four<TNumber>(a.Keys, b.Keys, c.Keys, d.Keys, a.Query, b.Query, c.Query, d.Query, size, all);
        a.Keep(all);
        b.Keep(all + KvLayout.Slots);
        c.Keep(all + 2 * KvLayout.Slots);
        d.Keep(all + 3 * KvLayout.Slots);
    }

    public static void One<TNumber>(in ScoreTask task, int size)
        where TNumber : struct, IKvNumber
    {
        var all = stackalloc float[KvLayout.Slots];
        var sum = Vector512<float>.Zero;
        for (nint i = 0; i < size; i++) sum = Vector512.FusedMultiplyAdd(TNumber.Load(task.Keys + i * KvLayout.Slots * TNumber.Bytes), Vector512.Create(task.Query[i]), sum);
        sum.Store(all);
        task.Keep(all);
    }

    // calls nothing, so that the sums stay in registers
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four<TNumber>(byte* k0, byte* k1, byte* k2, byte* k3, float* q0, float* q1, float* q2, float* q3, int size, float* all)
        where TNumber : struct, IKvNumber
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint i = 0; i < size; i++)
        {
            s0 = Vector512.FusedMultiplyAdd(TNumber.Load(k0 + i * KvLayout.Slots * TNumber.Bytes), Vector512.Create(q0[i]), s0);
            s1 = Vector512.FusedMultiplyAdd(TNumber.Load(k1 + i * KvLayout.Slots * TNumber.Bytes), Vector512.Create(q1[i]), s1);
            s2 = Vector512.FusedMultiplyAdd(TNumber.Load(k2 + i * KvLayout.Slots * TNumber.Bytes), Vector512.Create(q2[i]), s2);
            s3 = Vector512.FusedMultiplyAdd(TNumber.Load(k3 + i * KvLayout.Slots * TNumber.Bytes), Vector512.Create(q3[i]), s3);
        }
        s0.Store(all);
        s1.Store(all + KvLayout.Slots);
        s2.Store(all + 2 * KvLayout.Slots);
        s3.Store(all + 3 * KvLayout.Slots);
    }

    /// <summary>The greatest of 16 numbers, none of them NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Greatest(Vector512<float> v)
    {
        var half = Vector256.Max(v.GetLower(), v.GetUpper());
        var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(quarter[0], quarter[1]);
    }

    /// <summary>Turns scores into e^(score − greatest), padded with 0 to a multiple of 16.</summary>
    /// <returns>Their sum, each lane added up first.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Softmax(float* scores, int count)
    {
        var padded = Sizes.RoundUp(count, 16);
        new Span<float>(scores + count, padded - count).Fill(float.NegativeInfinity);
        var lanes = Vector512.Create(float.NegativeInfinity);
        for (var i = 0; i < padded; i += 16) lanes = Vector512.Max(lanes, Vector512.Load(scores + i));
        var greatest = Greatest(lanes);
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < padded; i += 16)
        {
            var e = VectorMath.Exp(Vector512.Load(scores + i) - Vector512.Create(greatest));
            e.Store(scores + i);
            sum += e;
        }
        return Vector512.Sum(sum);
    }
}
