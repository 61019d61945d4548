using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cpu;

/// <summary>Answers reads from a row of logits, as <see cref="LogitReader"/> defines them, 16 logits at a time.</summary>
internal static unsafe class LogitScan
{
    private const int Lanes = 16;

    /// <exception cref="InvalidOperationException">The logits are not finite.</exception>
    public static void Read(float* logits, int count, in EvaluationRequest request)
    {
        if (request.Top.IsEmpty && request.Named.IsEmpty && request.LogProbabilities.IsEmpty && request.LogNormalizer.IsEmpty && request.AllowedLogProbability.IsEmpty) return;
        var normalizer = LogSumExp(logits, count);
        if (!request.LogNormalizer.IsEmpty) request.LogNormalizer.Span[0] = normalizer;
        if (!request.AllowedLogProbability.IsEmpty) request.AllowedLogProbability.Span[0] = LogitReader.AllowedLogProbability(new(logits, count), normalizer, request.Allowed);
        if (!request.Top.IsEmpty) ReadTop(logits, count, normalizer, request.Allowed, request.Top.Span);
        var named = request.NamedLogProbabilities.Span;
        var ids = request.Named.Span;
        for (var i = 0; i < ids.Length; i++) named[i] = Math.Min(0, new ReadOnlySpan<float>(logits, count)[ids[i]] - normalizer);
        if (request.LogProbabilities.IsEmpty) return;
        var all = request.LogProbabilities.Span;
        for (var i = 0; i < count; i++) all[i] = Math.Min(0, logits[i] - normalizer);
    }

    /// <summary>log Σ exp(logit): exponentials in single precision, their sum in double.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LogSumExp(float* logits, int count)
    {
        var greatest = Vector512.Create(float.NegativeInfinity);
        var damaged = Vector512<float>.Zero;
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            var v = Vector512.Load(logits + i);
            greatest = Vector512.Max(greatest, v);
            // 0 for numbers, NaN for NaN and +∞; −∞ is a masked token and allowed
            damaged += Vector512.Max(v, Vector512<float>.Zero) * Vector512<float>.Zero;
        }
        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++) max = Math.Max(max, greatest[lane]);
        var bad = Vector512.Sum(damaged);
        for (var tail = i; tail < count; tail++)
        {
            max = Math.Max(max, logits[tail]);
            bad += Math.Max(logits[tail], 0) * 0;
        }
        // the careful reader finds what is wrong and throws
        if (float.IsNaN(bad) || !float.IsFinite(max)) return LogitReader.LogSumExp(new(logits, count));
        var shift = Vector512.Create(max);
        Vector512<double> low = default, high = default;
        for (i = 0; i + Lanes <= count; i += Lanes)
        {
            var (l, h) = Vector512.Widen(VectorMath.Exp(Vector512.Load(logits + i) - shift));
            low += l;
            high += h;
        }
        var sum = Vector512.Sum(low + high);
        for (; i < count; i++) sum += Math.Exp((double)logits[i] - max);
        return max + Math.Log(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadTop(float* logits, int count, double normalizer, TokenMask? allowed, Span<TokenLogProbability> top)
    {
        var found = 0;
        var least = Vector512.Create(float.NegativeInfinity);
        for (var first = 0; first < count; first += Lanes)
        {
            var end = Math.Min(first + Lanes, count);
            if (end - first == Lanes && !Vector512.GreaterThanAny(Vector512.Load(logits + first), least)) continue;
            for (var token = first; token < end; token++)
                if (!float.IsNegativeInfinity(logits[token]) && (allowed is null || allowed[token]))
                    Insert(top, ref found, token, logits[token]);
            if (found == top.Length) least = Vector512.Create((float)top[^1].LogProbability);
        }
        for (var i = 0; i < found; i++) top[i] = top[i] with { LogProbability = Math.Min(0, top[i].LogProbability - normalizer) };
        top[found..].Fill(TokenLogProbability.None);
    }

    private static void Insert(Span<TokenLogProbability> top, ref int found, int token, float logit)
    {
        // strictly greater: among equal logits the lower id, which came first, stays ahead
        if (found == top.Length && !(logit > top[found - 1].LogProbability)) return;
        var place = found < top.Length ? found++ : found - 1;
        for (; place > 0 && logit > top[place - 1].LogProbability; place--) top[place] = top[place - 1];
        top[place] = new(token, logit);
    }
}
