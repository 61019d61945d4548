using System.Numerics.Tensors;

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

    /// <summary>Answers one read, reward heads apart.</summary>
    /// <param name="logits">One logit for each token.</param>
    /// <param name="request">What to read, and where to write it.</param>
    /// <exception cref="InvalidOperationException">As <see cref="LogSumExp"/>.</exception>
    public static void Read(ReadOnlySpan<float> logits, in EvaluationRequest request)
    {
        if (request.Top.IsEmpty && request.Named.IsEmpty && request.LogProbabilities.IsEmpty && request.LogNormalizer.IsEmpty) return;
        var normalizer = LogSumExp(logits);
        if (!request.LogNormalizer.IsEmpty) request.LogNormalizer.Span[0] = normalizer;
        if (!request.Top.IsEmpty) ReadTop(logits, normalizer, request.Allowed, request.Top.Span);
        var named = request.NamedLogProbabilities.Span;
        for (var i = 0; i < request.Named.Length; i++) named[i] = Math.Min(0, logits[request.Named.Span[i]] - normalizer);
        if (request.LogProbabilities.IsEmpty) return;
        var all = request.LogProbabilities.Span;
        for (var i = 0; i < logits.Length; i++) all[i] = Math.Min(0, logits[i] - normalizer);
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
