using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>Answers reads from a row of logits on the host: what engines share that have their logits there.</summary>
public static class LogitReader
{
    private const int Chunk = 1024;

    /// <summary>log Σ exp(logit) in double precision. The order of summation depends on the number of logits alone.</summary>
    /// <exception cref="InvalidOperationException">No logit is finite, or one is NaN or +∞: the weights are damaged or overflowed.</exception>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        // the maximum propagates NaN
        var max = TensorPrimitives.Max(logits);
        if (!float.IsFinite(max)) throw Damaged();
        Span<double> buffer = stackalloc double[Chunk];
        var sum = 0.0;
        for (var start = 0; start < logits.Length; start += Chunk)
        {
            var part = logits.Slice(start, Math.Min(Chunk, logits.Length - start));
            var values = buffer[..part.Length];
            TensorPrimitives.ConvertTruncating(part, values);
            TensorPrimitives.Subtract(values, max, values);
            TensorPrimitives.Exp(values, values);
            sum += TensorPrimitives.Sum(values);
        }
        return max + Math.Log(sum);
    }

    /// <summary>
    /// log Σ p over the tokens that a mask allows, in [−∞, 0]: from the sum over those or over the others, whichever are fewer, since most masks forbid, or allow, next to nothing. Where the others have more
    /// than half of the probability, always from those allowed, so that nothing is lost to rounding.
    /// </summary>
    /// <param name="logits">One logit for each token.</param>
    /// <param name="normalizer"><see cref="LogSumExp"/> of the logits.</param>
    /// <param name="allowed">The mask; null: all are allowed.</param>
    public static double AllowedLogProbability(ReadOnlySpan<float> logits, double normalizer, TokenMask? allowed)
    {
        if (allowed is null) return 0;
        if (allowed.Count > logits.Length / 2)
        {
            var lost = Sum(logits, normalizer, allowed, those: false);
            if (lost <= 0.5) return Math.Log(1 - lost);
        }
        return Math.Min(0, Math.Log(Sum(logits, normalizer, allowed, those: true)));
    }

    /// <summary>Answers one read, reward heads apart.</summary>
    /// <param name="logits">One logit for each token.</param>
    /// <param name="request">What to read, and where to write it.</param>
    /// <exception cref="InvalidOperationException">As <see cref="LogSumExp"/>.</exception>
    public static void Read(ReadOnlySpan<float> logits, in EvaluationRequest request)
    {
        if (request.Top.IsEmpty && request.Named.IsEmpty && request.LogProbabilities.IsEmpty && request.LogNormalizer.IsEmpty && request.AllowedLogProbability.IsEmpty) return;
        var normalizer = LogSumExp(logits);
        if (!request.LogNormalizer.IsEmpty) request.LogNormalizer.Span[0] = normalizer;
        if (!request.AllowedLogProbability.IsEmpty) request.AllowedLogProbability.Span[0] = AllowedLogProbability(logits, normalizer, request.Allowed);
        if (!request.Top.IsEmpty) ReadTop(logits, normalizer, request.Allowed, request.Top.Span);
        var named = request.NamedLogProbabilities.Span;
        for (var i = 0; i < request.Named.Length; i++) named[i] = Math.Min(0, logits[request.Named.Span[i]] - normalizer);
        if (request.LogProbabilities.IsEmpty) return;
        var all = request.LogProbabilities.Span;
        for (var i = 0; i < logits.Length; i++) all[i] = Math.Min(0, logits[i] - normalizer);
    }

    // Σ p over the tokens of a mask, or over the others; the buffer need not be cleared, and like the kernels this is compiled as it should be from the first call on
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Sum(ReadOnlySpan<float> logits, double normalizer, TokenMask mask, bool those)
    {
        Span<double> buffer = stackalloc double[Chunk];
        var words = mask.Words;
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < words.Length; i++)
        {
            var bits = those ? words[i] : ~words[i];
            if (count > Chunk - 64) sum += Take(buffer[..count], ref count);
            for (; bits != 0; bits &= bits - 1)
            {
                var token = (i << 6) + BitOperations.TrailingZeroCount(bits);
                if (token >= logits.Length) break;
                buffer[count++] = logits[token] - normalizer;
            }
        }
        return sum + Take(buffer[..count], ref count);

        static double Take(Span<double> values, ref int count)
        {
            count = 0;
            TensorPrimitives.Exp(values, values);
            return TensorPrimitives.Sum(values);
        }
    }

    private static void ReadTop(ReadOnlySpan<float> logits, double normalizer, TokenMask? allowed, Span<TokenLogProbability> top)
    {
        var count = 0;
        for (var token = 0; token < logits.Length; token++)
        {
            var logit = logits[token];
            // strictly greater: among equal logits the lower id, which came first, stays ahead
            if (count == top.Length && !(logit > top[count - 1].LogProbability)) continue;
            if (float.IsNegativeInfinity(logit) || (allowed is not null && !allowed[token])) continue;
            var place = count < top.Length ? count++ : count - 1;
            while (place > 0 && logit > top[place - 1].LogProbability)
            {
                top[place] = top[place - 1];
                place--;
            }
            top[place] = new(token, logit);
        }
        for (var i = 0; i < count; i++) top[i] = top[i] with { LogProbability = Math.Min(0, top[i].LogProbability - normalizer) };
        top[count..].Fill(TokenLogProbability.None);
    }

    private static InvalidOperationException Damaged() =>
        new("the model produced logits that are not finite; its weights are damaged or its precision overflowed");
}
