using System.Text;

namespace DecodeAlign.Constraints;

/// <summary>Waits for the first occurrence of a text (Knuth, Morris and Pratt, 1977).</summary>
internal sealed class MarkerAutomaton
{
    private readonly byte[] _bytes;
    private readonly int[] _failures;

    public MarkerAutomaton(string marker)
    {
        (Text, _bytes) = (marker, Encoding.UTF8.GetBytes(marker));
        _failures = new int[_bytes.Length];
        for (int i = 1, matched = 0; i < _bytes.Length; i++)
        {
            while (matched > 0 && _bytes[matched] != _bytes[i]) matched = _failures[matched - 1];
            if (_bytes[matched] == _bytes[i]) matched++;
            _failures[i] = matched;
        }
    }

    public string Text { get; }

    /// <summary>Bytes of the marker.</summary>
    public int Length => _bytes.Length;

    /// <summary>Bytes of the marker that stand at the end of the text after one more byte; its length: it has occurred.</summary>
    public int Step(int matched, byte value)
    {
        while (matched > 0 && _bytes[matched] != value) matched = _failures[matched - 1];
        return _bytes[matched] == value ? matched + 1 : matched;
    }
}
