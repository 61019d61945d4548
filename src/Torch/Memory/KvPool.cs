using System.Runtime.InteropServices;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>
/// The keys and values of all sessions in one tensor (layers, 2, pages, 16 slots · KV heads · head size), which is there from the beginning and never moves.
/// Pages are reserved when a session opens and taken when they are needed. <see cref="Reserve"/> and <see cref="Unreserve"/> are safe for concurrent calls and
/// wait for no pass; the rest is for the pass that runs.
/// </summary>
internal sealed class KvPool : IDisposable
{
    public const int Slots = SlotTable.PageSlots;

    private readonly Lock _reserving = new();
    private readonly Lock _taking = new();
    private readonly Stack<int> _idle = new();
    private readonly List<long> _taken = [];
    private readonly Scalar _zero = 0f.ToScalar();
    private readonly Layer[] _layers;
    private readonly Tensor _pool;
    private readonly int _pages;
    private long _reserved;
    private int _begun;

    /// <param name="description">The model.</param>
    /// <param name="type">How keys and values are kept.</param>
    /// <param name="device">Where.</param>
    /// <param name="elementBytes">Bytes of one.</param>
    /// <param name="bytes">Memory of the cache.</param>
    /// <exception cref="ExternalException">The device has not so much.</exception>
    public KvPool(TransformerDescription description, ScalarType type, torch.Device device, long elementBytes, long bytes)
    {
        PageBytes = 2L * description.LayerCount * Slots * description.KvHeadCount * description.HeadSize * elementBytes;
        _pages = (int)Math.Clamp(bytes / PageBytes, 1, int.MaxValue / Slots);
        using var scope = torch.NewDisposeScope();
        // not written to: on the processor a page takes memory only when it is used
        var pool = torch.empty([description.LayerCount, 2, _pages, Slots * description.KvHeadCount * description.HeadSize], type, device);
        // what pads a block sees the first page
        pool.index_fill_(2, torch.zeros([1], ScalarType.Int64, device), _zero);
        _layers = new Layer[description.LayerCount];
        for (var i = 0; i < _layers.Length; i++) _layers[i] = Layer.Of(pool, i, _pages * (long)Slots, description.KvHeadCount * description.HeadSize);
        _pool = pool.DetachFromDisposeScope();
    }

    public long PageBytes { get; }

    public long BudgetBytes => _pages * PageBytes;

    /// <summary>Pages that were ever taken: all that are in use have lower numbers.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>Pages taken since <see cref="ClearTaken"/>.</summary>
    public ReadOnlySpan<long> Taken => CollectionsMarshal.AsSpan(_taken);

    /// <exception cref="KvBudgetException">The pages are not there.</exception>
    public void Reserve(long pages)
    {
        lock (_reserving)
        {
            var free = _pages - _reserved;
            if (pages > free) throw new KvBudgetException(pages * PageBytes, free * PageBytes, _pages * PageBytes);
            _reserved += pages;
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
            if (!_idle.TryPop(out var page)) page = _begun++;
            _taken.Add(page);
            return page;
        }
    }

    public void Return(int page)
    {
        lock (_taking) _idle.Push(page);
    }

    /// <summary>A layer's keys and values.</summary>
    public Layer this[int layer] => _layers[layer];

    /// <summary>Overwrites pages with zeros: what a mask hides must still be finite.</summary>
    public void ClearTaken(Tensor pages)
    {
        _pool.index_fill_(2, pages, _zero);
        _taken.Clear();
    }

    public void Dispose()
    {
        foreach (var layer in _layers) layer.Dispose();
        _pool.Dispose();
        _zero.Dispose();
    }

    /// <param name="Pages">Views of one layer: (2, pages, 16 slots · width), for gathering pages.</param>
    /// <param name="Slots">(2, slots, width), for writing.</param>
    internal readonly record struct Layer(Tensor Pages, Tensor Slots) : IDisposable
    {
        public static Layer Of(Tensor pool, int layer, long slots, int width)
        {
            var pages = pool.select(0, layer);
            return new(pages.DetachFromDisposeScope(), pages.view(2, slots, width).DetachFromDisposeScope());
        }

        public void Dispose()
        {
            Pages.Dispose();
            Slots.Dispose();
        }
    }
}
