using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>
/// A language model of bytes by counts of n-grams, interpolated by Witten and Bell's rule (IEEE Trans. Inf. Theory 37, 1991) down to the uniform distribution: p(b | c) = (n(c b) + t(c) · p(b | c')) / (n(c) + t(c)),
/// with c' the context less its first byte, n the counts, and t the number of different bytes seen after c. It is small enough to ship, and unlike any network. Immutable and safe for concurrent use.
/// </summary>
internal sealed class ByteModel
{
    /// <summary>Bytes of an n-gram at most.</summary>
    public const int Order = 6;

    // an n-gram of up to six bytes below a byte that tells its length
    private readonly Dictionary<ulong, int> _counts;
    private readonly Dictionary<ulong, (int Total, int Types)> _contexts;

    private ByteModel(Dictionary<ulong, int> counts)
    {
        _counts = counts;
        _contexts = [];
        foreach (var (gram, count) in counts)
        {
            var context = Parent(gram);
            var (total, types) = _contexts.GetValueOrDefault(context);
            _contexts[context] = (total + count, types + 1);
        }
    }

    /// <summary>Number of n-grams.</summary>
    public int Count => _counts.Count;

    /// <summary>Bits per byte of a text.</summary>
    /// <param name="before">What stands before it, which is read but not counted.</param>
    /// <param name="text">The text; 0 for an empty one.</param>
    public double BitsPerByte(string before, string text)
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(before), .. Encoding.UTF8.GetBytes(text)];
        var start = Encoding.UTF8.GetByteCount(before);
        if (start == bytes.Length) return 0;
        var bits = 0.0;
        for (var i = start; i < bytes.Length; i++) bits -= Math.Log2(Probability(bytes.AsSpan(Math.Max(0, i - Order + 1), Math.Min(i, Order - 1)), bytes[i]));
        return bits / (bytes.Length - start);
    }

    /// <summary>The probability of a byte after at most <see cref="Order"/> − 1 others.</summary>
    public double Probability(ReadOnlySpan<byte> context, byte next)
    {
        var p = 1.0 / 256;
        for (var length = 0; length <= context.Length; length++)
        {
            var key = Key(context[^length..]);
            if (!_contexts.TryGetValue(key, out var seen)) break;
            p = (_counts.GetValueOrDefault(Child(key, next)) + seen.Types * p) / (seen.Total + seen.Types);
        }
        return p;
    }

    /// <summary>Counts n-grams of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="least">How often an n-gram of three bytes or more has to occur to be kept.</param>
    public static ByteModel Train(IEnumerable<string> texts, int least)
    {
        var counts = new Dictionary<ulong, int>();
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            for (var i = 0; i < bytes.Length; i++)
            {
                for (var length = 0; length < Order && length <= i; length++)
                {
                    var key = Child(Key(bytes.AsSpan(i - length, length)), bytes[i]);
                    counts[key] = counts.GetValueOrDefault(key) + 1;
                }
            }
        }
        return new(counts.Where(pair => Length(pair.Key) < 3 || pair.Value >= least).ToDictionary());
    }

    /// <summary>Writes the counts as a tree: for each n-gram in order of its bytes the number of bytes after it, and each with its count.</summary>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        var children = _counts.GroupBy(pair => Parent(pair.Key)).ToDictionary(group => group.Key, group => group.OrderBy(pair => pair.Key).ToList());
        Write(Key([]));

        void Write(ulong context)
        {
            var own = children.GetValueOrDefault(context, []);
            writer.Write7BitEncodedInt(own.Count);
            foreach (var (gram, count) in own)
            {
                writer.Write((byte)gram);
                writer.Write7BitEncodedInt(count);
            }
            foreach (var (gram, _) in own)
                if (Length(gram) < Order) Write(gram);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static ByteModel Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        var counts = new Dictionary<ulong, int>();
        Read(Key([]));
        return new(counts);

        void Read(ulong context)
        {
            var grams = new ulong[reader.Read7BitEncodedInt()];
            for (var i = 0; i < grams.Length; i++)
            {
                grams[i] = Child(context, reader.ReadByte());
                counts[grams[i]] = reader.Read7BitEncodedInt();
            }
            foreach (var gram in grams)
                if (Length(gram) < Order) Read(gram);
        }
    }

    private static ulong Key(ReadOnlySpan<byte> bytes)
    {
        var key = 0UL;
        foreach (var value in bytes) key = Child(key, value);
        return key;
    }

    private static ulong Child(ulong key, byte next) => (((key >> 56) + 1) << 56) | ((key << 8) & 0x00FF_FFFF_FFFF_FFFF) | next;

    private static ulong Parent(ulong key) => (((key >> 56) - 1) << 56) | ((key & 0x00FF_FFFF_FFFF_FFFF) >> 8);

    private static int Length(ulong key) => (int)(key >> 56);
}
