using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>
/// The forward pass in double precision, written from the architectures' definitions: whole sequences, no cache, no batching, no packing.
/// Shares nothing with the engine but the description.
/// </summary>
/// <param name="weights">The model.</param>
/// <param name="kept">What becomes of a number of a key or a value when it is kept; null: nothing.</param>
internal sealed class ReferenceTransformer(RandomWeights weights, Func<double, double>? kept = null)
{
    private readonly TransformerDescription _d = weights.Description;

    /// <summary>Logits (or rewards) after the last token.</summary>
    public double[] Run(ReadOnlySpan<int> tokens) => Run(tokens, 1)[0];

    /// <summary>Logits (or rewards) after each of the last tokens.</summary>
    public double[][] Run(ReadOnlySpan<int> tokens, int last)
    {
        var x = new double[tokens.Length][];
        for (var p = 0; p < x.Length; p++)
        {
            x[p] = Row(weights.Tensor(WeightRole.TokenEmbedding)!, tokens[p], _d.HiddenSize);
            for (var i = 0; i < _d.HiddenSize; i++) x[p][i] *= _d.EmbeddingScale;
            if (_d.Rope is null) Add(x[p], Row(weights.Tensor(WeightRole.PositionEmbedding)!, p, _d.HiddenSize));
        }
        for (var layer = 0; layer < _d.LayerCount; layer++)
        {
            var mixed = Attention(x, layer);
            var attended = mixed.Select(row => Change(WeightRole.AttentionOutputNorm, layer, Linear(WeightRole.Output, WeightRole.OutputBias, layer, row))).ToArray();
            if (!_d.ParallelResidual) AddAll(x, attended);
            var fed = x.Select(row => Change(WeightRole.FeedForwardOutputNorm, layer, FeedForward(Before(WeightRole.FeedForwardNorm, WeightRole.FeedForwardNormBias, layer, row), layer))).ToArray();
            if (_d.ParallelResidual) AddAll(x, attended);
            AddAll(x, fed);
        }
        var head = _d.RewardCount > 0 ? WeightRole.RewardHead : _d.TiedEmbeddings ? WeightRole.TokenEmbedding : WeightRole.Head;
        return [.. x[^last..].Select(row => Logits(Linear(head, null, 0, Norm(WeightRole.FinalNorm, WeightRole.FinalNormBias, 0, row))))];
    }

    private double[] Logits(double[] logits)
    {
        if (_d.RewardCount > 0) return logits;
        double[] scaled = [.. logits.Select(logit => logit * _d.LogitScale)];
        return _d.LogitCap == 0 ? scaled : [.. scaled.Select(logit => _d.LogitCap * Math.Tanh(logit / _d.LogitCap))];
    }

    private double[] Before(WeightRole weight, WeightRole bias, int layer, double[] x) => _d.Norms == NormPlacement.After ? x : Norm(weight, bias, layer, x);

    private double[] Change(WeightRole norm, int layer, double[] change)
    {
        var normed = _d.Norms == NormPlacement.Before ? change : Rms(change, weights.Tensor(norm, layer)!);
        return [.. normed.Select(value => value * _d.ResidualScale)];
    }

    private static void AddAll(double[][] x, double[][] changes)
    {
        for (var p = 0; p < x.Length; p++) Add(x[p], changes[p]);
    }

    private double[][] Attention(double[][] x, int layer)
    {
        var size = _d.HeadSize;
        var (q, k, v) = (new double[x.Length][], new double[x.Length][], new double[x.Length][]);
        for (var p = 0; p < x.Length; p++)
        {
            var normed = Before(WeightRole.AttentionNorm, WeightRole.AttentionNormBias, layer, x[p]);
            q[p] = Linear(WeightRole.Query, WeightRole.QueryBias, layer, normed);
            k[p] = Linear(WeightRole.Key, WeightRole.KeyBias, layer, normed);
            v[p] = Linear(WeightRole.Value, WeightRole.ValueBias, layer, normed);
            Heads(q[p], WeightRole.QueryNorm, layer, p);
            Heads(k[p], WeightRole.KeyNorm, layer, p);
            if (kept is null) continue;
            k[p] = [.. k[p].Select(kept)];
            v[p] = [.. v[p].Select(kept)];
        }
        var result = new double[x.Length][];
        for (var p = 0; p < x.Length; p++)
        {
            result[p] = new double[_d.HeadCount * size];
            var first = _d.SlidingWindow > 0 && !_d.LayersWithoutWindow.Contains(layer) ? Math.Max(0, p - _d.SlidingWindow + 1) : 0;
            for (var head = 0; head < _d.HeadCount; head++)
            {
                var kv = head / (_d.HeadCount / _d.KvHeadCount);
                var weight = new double[p + 1];
                var sum = 0.0;
                for (var s = first; s <= p; s++)
                {
                    for (var i = 0; i < size; i++) weight[s] += q[p][head * size + i] * k[s][kv * size + i];
                    weight[s] *= _d.ScoreScale > 0 ? _d.ScoreScale : 1 / Math.Sqrt(size);
                    if (_d.ScoreCap > 0) weight[s] = _d.ScoreCap * Math.Tanh(weight[s] / _d.ScoreCap);
                    sum += weight[s] = Math.Exp(weight[s]);
                }
                for (var s = first; s <= p; s++)
                    for (var i = 0; i < size; i++)
                        result[p][head * size + i] += weight[s] / sum * v[s][kv * size + i];
            }
        }
        return result;
    }

    private void Heads(double[] x, WeightRole norm, int layer, int position)
    {
        if (_d.QueryKeyNormWhole) Rms(x, weights.Tensor(norm, layer)!).CopyTo(x, 0);
        for (var start = 0; start < x.Length; start += _d.HeadSize)
        {
            var head = x[start..(start + _d.HeadSize)];
            if (_d.QueryKeyNorm && !_d.QueryKeyNormWhole) head = Rms(head, weights.Tensor(norm, layer)!);
            if (_d.Rope is not null && !_d.LayersWithoutRope.Contains(layer)) Rotate(head, position, _d.WindowRope is { } local && !_d.LayersWithoutWindow.Contains(layer) ? local : _d.Rope);
            head.CopyTo(x, start);
        }
    }

    private static void Rotate(double[] head, int position, RopeDescription rope)
    {
        var turned = rope.TurnedSize > 0 ? rope.TurnedSize : head.Length;
        var half = turned / 2;
        for (var i = 0; i < half; i++)
        {
            var frequency = Frequency(rope, 1 / Math.Pow(rope.Theta, 2.0 * i / turned), i, turned);
            if (rope.FrequencyFactors.Count > 0) frequency /= rope.FrequencyFactors[i];
            var z = new System.Numerics.Complex(head[i], head[i + half]) * System.Numerics.Complex.FromPolarCoordinates(rope.Magnitude, position * frequency);
            (head[i], head[i + half]) = (z.Real, z.Imaginary);
        }
    }

    // as transformers' modeling_rope_utils computes it, Llama 3's by wavelengths, YaRN's by the dimensions of two numbers of rotations
    private static double Frequency(RopeDescription r, double frequency, int pair, int dimensions)
    {
        if (r.Scaling == RopeScalingKind.Linear) return frequency / r.Factor;
        if (r.Scaling == RopeScalingKind.None) return frequency;
        if (r.Scaling == RopeScalingKind.Yarn)
        {
            double Dimension(double rotations) => dimensions * Math.Log(r.OriginalContextLength / (rotations * 2 * Math.PI)) / (2 * Math.Log(r.Theta));
            var low = Math.Max(Math.Floor(Dimension(r.FastTurns)), 0);
            var high = Math.Min(Math.Ceiling(Dimension(r.SlowTurns)), dimensions - 1);
            var extrapolation = 1 - Math.Clamp((pair - low) / (high - low), 0, 1);
            return frequency / r.Factor * (1 - extrapolation) + frequency * extrapolation;
        }
        var wavelength = 2 * Math.PI / frequency;
        var longest = r.OriginalContextLength / r.LowFrequencyFactor;
        var shortest = r.OriginalContextLength / r.HighFrequencyFactor;
        if (wavelength < shortest) return frequency;
        if (wavelength > longest) return frequency / r.Factor;
        var smooth = (r.OriginalContextLength / wavelength - r.LowFrequencyFactor) / (r.HighFrequencyFactor - r.LowFrequencyFactor);
        return (1 - smooth) * (frequency / r.Factor) + smooth * frequency;
    }

    private double[] FeedForward(double[] x, int layer)
    {
        var up = Linear(WeightRole.Up, WeightRole.UpBias, layer, x);
        if (_d.Activation is ActivationKind.SiluGated or ActivationKind.GeluTanhGated)
        {
            var gate = Linear(WeightRole.Gate, WeightRole.GateBias, layer, x);
            for (var i = 0; i < up.Length; i++) up[i] *= _d.Activation == ActivationKind.SiluGated ? gate[i] / (1 + Math.Exp(-gate[i])) : GeluTanh(gate[i]);
        }
        else
            for (var i = 0; i < up.Length; i++) up[i] = _d.Activation == ActivationKind.GeluTanh ? GeluTanh(up[i]) : up[i] * NormalDistribution(up[i]);
        return Linear(WeightRole.Down, WeightRole.DownBias, layer, up);
    }

    private static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>Φ(x) by its power series around 0, ½ + φ(x)·(x + x³/3 + x⁵/15 + …), which converges for all x.</summary>
    public static double NormalDistribution(double x)
    {
        if (Math.Abs(x) > 8) return x > 0 ? 1 : 0;
        var (term, sum) = (x, x);
        for (var n = 3; n < 400; n += 2) sum += term *= x * x / n;
        return 0.5 + sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
    }

    private double[] Norm(WeightRole weight, WeightRole bias, int layer, double[] x)
    {
        if (_d.Norm == NormKind.Rms) return Rms(x, weights.Tensor(weight, layer)!);
        var mean = x.Average();
        var variance = x.Average(v => (v - mean) * (v - mean));
        return [.. x.Select((v, i) => (v - mean) / Math.Sqrt(variance + _d.NormEpsilon) * weights.Tensor(weight, layer)![i] + weights.Tensor(bias, layer)![i])];
    }

    private double[] Rms(double[] x, float[] weight)
    {
        var size = Math.Sqrt(x.Average(u => u * u) + _d.NormEpsilon);
        return [.. x.Select((v, i) => v / size * weight[i])];
    }

    private double[] Linear(WeightRole role, WeightRole? bias, int layer, double[] x)
    {
        var matrix = weights.Tensor(role, layer)!;
        var y = new double[matrix.Length / x.Length];
        if (matrix.Length < 1 << 16)
            for (var row = 0; row < y.Length; row++) y[row] = Dot(matrix.AsSpan(row * x.Length, x.Length), x);
        else Parallel.For(0, y.Length, row => y[row] = Dot(matrix.AsSpan(row * x.Length, x.Length), x));
        if (bias is { } b && weights.Tensor(b, layer) is { } offsets)
            for (var row = 0; row < y.Length; row++) y[row] += offsets[row];
        return y;
    }

    private static double Dot(ReadOnlySpan<float> weights, double[] x)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += weights[i] * x[i];
        return sum;
    }

    private static double[] Row(float[] matrix, int row, int width) => [.. matrix.AsSpan(row * width, width).ToArray().Select(v => (double)v)];

    private static void Add(double[] x, double[] y)
    {
        for (var i = 0; i < x.Length; i++) x[i] += y[i];
    }
}
