using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// Attention whose scores s become c·tanh(s/c) (Gemma 2), which the fused operator does not compute: softmax(mask + c·tanh(scale·qkᵀ/c))·v, scores in f32.
/// </summary>
internal sealed class CappedAttention : IDisposable
{
    private static readonly long[] Turned = [0, 2, 1];

    private readonly TransformerDescription _d;
    private readonly ScalarType _type;
    private readonly Tensor _unit;
    private readonly Scalar _scale;
    private readonly Scalar _cap;

    public CappedAttention(TransformerDescription d, ScalarType type, torch.Device device)
    {
        _d = d;
        _type = type;
        _unit = torch.ones([1], ScalarType.Float32, device);
        _scale = ((float)((d.ScoreScale > 0 ? d.ScoreScale : 1 / Math.Sqrt(d.HeadSize)) / d.ScoreCap)).ToScalar();
        _cap = d.ScoreCap.ToScalar();
    }

    /// <summary>What (blocks, KV heads, rows, head size) queries bring back, in that shape.</summary>
    public Tensor Run(Tensor queries, Tensor keys, Tensor values, SeenPages seen)
    {
        var (blocks, heads, slots) = (seen.Shape[0], seen.Shape[1], seen.Shape[2]);
        using var rows = queries.view(blocks * heads, -1, _d.HeadSize);
        // a view where there is one block, a copy where there are several
        using var all = keys.reshape(blocks * heads, slots, _d.HeadSize);
        using var columns = all.permute(Turned);
        using var products = rows.bmm(columns);
        using var scores = products.to_type(ScalarType.Float32);
        scores.mul_(_scale);
        scores.tanh_();
        using var byHead = scores.view(blocks, heads, -1, slots);
        using var masked = seen.Mask.addcmul(byHead, _unit, _cap);
        using var shares = torch.special.softmax(masked, -1, ScalarType.Float32);
        using var kept = shares.to_type(_type);
        using var weights = kept.view(blocks * heads, -1, slots);
        using var mixedFrom = values.reshape(blocks * heads, slots, _d.HeadSize);
        using var brought = weights.bmm(mixedFrom);
        return brought.view(blocks, heads, -1, _d.HeadSize);
    }

    public void Dispose()
    {
        _unit.Dispose();
        _scale.Dispose();
        _cap.Dispose();
    }
}
