using System.Runtime.InteropServices;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// The keys and values of all sessions in one tensor (layers, 2, pages, 16 slots · KV heads · head size). Pages are reserved when a session opens,
/// which is when the tensor grows, and taken when they are needed. <see cref="Reserve"/> and <see cref="Unreserve"/> are safe for concurrent calls;
/// the rest is for the pass that runs.
/// </summary>
internal sealed class KvPool(TransformerDescription description, ScalarType type, torch.Device device, long budgetBytes, long elementBytes, Lock pass) : IDisposable
{
    public const int Slots = SlotTable.PageSlots;

    private const long FirstBytes = 64 << 20;

    private readonly Lock _reserving = new();
    private readonly Lock _taking = new();
    private readonly Stack<int> _idle = new();
    private readonly List<long> _used = [];
    private readonly Scalar _zero = 0f.ToScalar();
    private readonly Layer[] _layers = new Layer[description.LayerCount];
    private Tensor? _pool;
    private bool[] _written = [];
    private long _reserved;
    private int _pages;

    private int Width => description.KvHeadCount * description.HeadSize;

    public long BudgetBytes => budgetBytes;

    public long PageBytes => 2L * description.LayerCount * Slots * Width * elementBytes;

    /// <summary>Pages that there is memory for.</summary>
    public int Pages => _pages;

    /// <summary>Pages taken since <see cref="ClearUsed"/> that held another's keys and values.</summary>
    public ReadOnlySpan<long> Used => CollectionsMarshal.AsSpan(_used);

    /// <exception cref="KvBudgetException">The pages are not there.</exception>
    public void Reserve(long pages)
    {
        lock (_reserving)
        {
            var free = budgetBytes / PageBytes - _reserved;
            if (pages > free) throw new KvBudgetException(pages * PageBytes, free * PageBytes, budgetBytes);
            var needed = _reserved + pages;
            if (needed > _pages && !Grow(needed)) throw new KvBudgetException(pages * PageBytes, (_pages - _reserved) * PageBytes, _pages * PageBytes);
            _reserved = needed;
        }
    }

    public void Unreserve(long pages)
    {
        lock (_reserving) _reserved -= pages;
    }

    /// <summary>A page under a reservation.</summary>
    public int Take()
    {
        lock (_taking)
        {
            var page = _idle.Pop();
            if (_written[page]) _used.Add(page);
            _written[page] = true;
            return page;
        }
    }

    public void Return(int page)
    {
        lock (_taking) _idle.Push(page);
    }

    /// <summary>A layer's keys and values.</summary>
    public Layer this[int layer] => _layers[layer];

    /// <summary>Overwrites used pages with zeros: what a mask hides must still be finite.</summary>
    public void ClearUsed(Tensor pages)
    {
        _pool!.index_fill_(2, pages, _zero);
        _used.Clear();
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        _pool?.Dispose();
        _zero.Dispose();
    }

    private bool Grow(long needed)
    {
        var most = Math.Min(budgetBytes / PageBytes, int.MaxValue / Slots);
        if (needed > most) return false;
        var generous = Math.Min(Math.Max(Math.Max(needed, 2L * _pages), FirstBytes / PageBytes), most);
        lock (pass)
        lock (_taking)
            return TryResize((int)generous) || (generous > needed && TryResize((int)needed));
    }

    private bool TryResize(int pages)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        try
        {
            var pool = torch.zeros([description.LayerCount, 2, pages, Slots * Width], type, device);
            if (_pool is not null) pool.narrow(2, 0, _pages).copy_(_pool);
            var layers = new Layer[_layers.Length];
            for (var i = 0; i < layers.Length; i++) layers[i] = Layer.Of(pool, i, pages * (long)Slots, description);
            _pool?.Dispose();
            foreach (var layer in _layers) layer.Dispose();
            _pool = pool.DetachFromDisposeScope();
            for (var i = 0; i < layers.Length; i++) _layers[i] = layers[i].Keep();
        }
        catch (ExternalException exception) when (DeviceMemory.IsExhausted(exception))
        {
            return false;
        }
        for (var page = pages - 1; page >= _pages; page--) _idle.Push(page);
        Array.Resize(ref _written, pages);
        _pages = pages;
        return true;
    }

    /// <param name="Both">Views of one layer: (2, pages, slots · width), for gathering pages.</param>
    /// <param name="Keys">(slots, KV heads, head size), for writing.</param>
    /// <param name="Values">(slots, KV heads, head size), for writing.</param>
    internal readonly record struct Layer(Tensor? Both, Tensor? Keys, Tensor? Values) : IDisposable
    {
        public static Layer Of(Tensor pool, int layer, long slots, TransformerDescription d)
        {
            var both = pool.select(0, layer);
            return new(both, both.select(0, 0).view(slots, d.KvHeadCount, d.HeadSize), both.select(0, 1).view(slots, d.KvHeadCount, d.HeadSize));
        }

        public Layer Keep() => new(Both!.DetachFromDisposeScope(), Keys!.DetachFromDisposeScope(), Values!.DetachFromDisposeScope());

        public void Dispose()
        {
            Both?.Dispose();
            Keys?.Dispose();
            Values?.Dispose();
        }
    }
}
