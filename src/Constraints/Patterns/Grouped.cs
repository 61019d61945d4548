using System.Buffers;

namespace DecodeAlign.Constraints;

/// <summary>Numbers of elements by a key, otherwise in the order of the elements. Its memory is borrowed until it is disposed.</summary>
internal sealed class Grouped<T> : IDisposable
{
    private readonly int[] _numbers, _first;

    /// <param name="elements">The elements.</param>
    /// <param name="key">A number below <paramref name="keys"/>.</param>
    /// <param name="keys">Number of keys.</param>
    public Grouped(ReadOnlySpan<T> elements, Func<T, int> key, int keys)
    {
        (_numbers, _first) = (ArrayPool<int>.Shared.Rent(elements.Length), ArrayPool<int>.Shared.Rent(keys + 2));
        // each key's place is counted one further on, where its end comes to stand when its elements are put down
        Array.Clear(_first, 0, keys + 2);
        foreach (var element in elements) _first[key(element) + 2]++;
        for (var i = 2; i <= keys + 1; i++) _first[i] += _first[i - 1];
        for (var i = 0; i < elements.Length; i++) _numbers[_first[key(elements[i]) + 1]++] = i;
    }

    /// <summary>The elements of a key.</summary>
    public ReadOnlySpan<int> Of(int key) => _numbers.AsSpan(_first[key].._first[key + 1]);

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_numbers);
        ArrayPool<int>.Shared.Return(_first);
    }
}
