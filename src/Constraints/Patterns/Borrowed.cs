using System.Buffers;

namespace DecodeAlign.Constraints;

/// <summary>A list whose memory is borrowed until it is disposed: schemas have thousands of automata made, one after the other.</summary>
internal sealed class Borrowed<T>(int capacity = 16) : IDisposable
{
    private T[] _items = ArrayPool<T>.Shared.Rent(capacity);

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public ref T this[int index] => ref _items[index];

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var larger = ArrayPool<T>.Shared.Rent(2 * Count);
            Items.CopyTo(larger);
            ArrayPool<T>.Shared.Return(_items);
            _items = larger;
        }
        _items[Count++] = item;
    }

    public void Dispose()
    {
        if (_items.Length > 0) ArrayPool<T>.Shared.Return(_items);
        (_items, Count) = ([], 0);
    }
}
