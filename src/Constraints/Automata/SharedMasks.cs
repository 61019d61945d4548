using System.Runtime.InteropServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// Masks that were made before, by the position and which of its moves are allowed: states that differ in counts alone mostly share one. Bounded in memory. Not safe for concurrent use.
/// </summary>
internal sealed class SharedMasks(ModelFacts model)
{
    private const long MostBytes = 32 << 20;

    private readonly Dictionary<(int Number, int Hash), List<(ulong[] Kept, bool MayEnd, TokenMask Mask)>> _masks = [];
    private readonly int _most = (int)Math.Max(16, MostBytes / (model.VocabularySize / 8 + 64));
    private int _count;

    /// <summary>The mask that allows some moves from a position.</summary>
    /// <param name="number">Number of the position.</param>
    /// <param name="moves">Its moves.</param>
    /// <param name="kept">Which of them are allowed, a bit each.</param>
    /// <param name="mayEnd">Whether the end-of-sequence tokens are.</param>
    public TokenMask Get(int number, TokenMoves moves, ReadOnlySpan<ulong> kept, bool mayEnd)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(kept));
        var key = (number, hash.ToHashCode());
        if (_masks.TryGetValue(key, out var same))
        {
            foreach (var known in same)
                if (known.MayEnd == mayEnd && kept.SequenceEqual(known.Kept)) return known.Mask;
        }
        var mask = Make(moves, kept, mayEnd);
        if (_count >= _most)
        {
            _masks.Clear();
            (_count, same) = (0, null);
        }
        if (same is null) _masks[key] = same = [];
        same.Add((kept.ToArray(), mayEnd, mask));
        _count++;
        return mask;
    }

    private TokenMask Make(TokenMoves moves, ReadOnlySpan<ulong> kept, bool mayEnd)
    {
        var mask = new TokenMask(model.VocabularySize);
        for (var i = 0; i < moves.Alive.Length; i++)
            if ((kept[i >> 6] >> (i & 63) & 1) != 0) moves.Alive[i].AddTo(mask);
        if (!mayEnd) return mask;
        foreach (var id in model.EosIds)
            if (id < mask.VocabularySize) mask[id] = true;
        return mask;
    }
}
