using System.Numerics.Tensors;

namespace DecodeAlign.Benchmarks;

/// <summary>What a caller of llama.cpp reads of its logits, with vectors.</summary>
internal static class Logits
{
    [ThreadStatic]
    private static float[]? _room;

    public static int Best(ReadOnlySpan<float> logits) => TensorPrimitives.IndexOfMax(logits);

    /// <summary>The most likely tokens with their log-probabilities; of equal ones the lower first.</summary>
    public static void Top(ReadOnlySpan<float> logits, Span<(int Token, double LogProbability)> top)
    {
        var total = LogSum(logits);
        var (count, least) = (0, float.NegativeInfinity);
        for (var token = 0; token < logits.Length; token++)
        {
            if (count == top.Length && !(logits[token] > least)) continue;
            var place = count == top.Length ? count - 1 : count++;
            for (; place > 0 && top[place - 1].LogProbability < logits[token]; place--) top[place] = top[place - 1];
            top[place] = (token, logits[token]);
            least = (float)top[count - 1].LogProbability;
        }
        for (var i = 0; i < top.Length; i++) top[i].LogProbability -= total;
    }

    public static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        var total = LogSum(logits);
        var values = new double[logits.Length];
        for (var i = 0; i < values.Length; i++) values[i] = logits[i] - total;
        return values;
    }

    private static double LogSum(ReadOnlySpan<float> logits)
    {
        if (_room?.Length != logits.Length) _room = new float[logits.Length];
        var most = TensorPrimitives.Max(logits);
        TensorPrimitives.Subtract(logits, most, _room);
        TensorPrimitives.Exp(_room, _room);
        return most + Math.Log(TensorPrimitives.Sum<float>(_room));
    }
}
