using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>Views of pages that lie one after another in the pool, as keys and values of each layer: nothing is gathered. Kept while passes see the same pages, as the steps of a text do for a while.</summary>
internal sealed class PoolViews(TransformerDescription d, KvPool pool) : IDisposable
{
    private static readonly long[] HeadsFirst = [0, 2, 1, 3];

    private readonly (Tensor Keys, Tensor Values)?[] _layers = new (Tensor, Tensor)?[d.LayerCount];
    private (int First, long Slots) _seen;

    /// <summary>Keys and values of a layer as (1, KV heads, slots, head size); not to be disposed of.</summary>
    public (Tensor Keys, Tensor Values) this[int layer, SeenPages seen]
    {
        get
        {
            if (_seen != (seen.First, seen.Shape[2]))
            {
                Clear();
                _seen = (seen.First, seen.Shape[2]);
            }
            return _layers[layer] ?? Make(layer, seen);
        }
    }

    public void Dispose() => Clear();

    private (Tensor Keys, Tensor Values) Make(int layer, SeenPages seen)
    {
        var (_, slots) = pool[layer];
        var first = seen.First * (long)KvPool.Slots;
        using var both = slots.narrow(1, first, seen.Shape[2]);
        using var apart = both.view(2, seen.Shape[2], d.KvHeadCount, d.HeadSize);
        using var headsFirst = apart.permute(HeadsFirst);
        var keys = headsFirst.narrow(0, 0, 1);
        try
        {
            var views = (keys, headsFirst.narrow(0, 1, 1));
            _layers[layer] = views;
            return views;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    private void Clear()
    {
        for (var i = 0; i < _layers.Length; i++)
        {
            _layers[i]?.Keys.Dispose();
            _layers[i]?.Values.Dispose();
            _layers[i] = null;
        }
    }
}
