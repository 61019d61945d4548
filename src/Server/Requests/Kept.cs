namespace DecodeAlign.Server;

/// <summary>Keeps what was made for the last few keys; what was asked for longest ago goes first. Safe for concurrent use.</summary>
internal sealed class Kept<TKey, TValue>(int most)
    where TKey : notnull
{
    private readonly OrderedDictionary<TKey, TValue> _values = [];
    private readonly Lock _lock = new();

    public TValue Get(TKey key, Func<TValue> make)
    {
        lock (_lock)
        {
            if (!_values.Remove(key, out var value)) value = make();
            _values.Add(key, value);
            if (_values.Count > most) _values.RemoveAt(0);
            return value;
        }
    }
}
