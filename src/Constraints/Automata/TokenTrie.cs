using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A vocabulary's tokens as a trie over their bytes, its nodes in the order of a walk: a subtree that leads nowhere is skipped at once. Computed once for a tokenizer. Immutable.</summary>
internal sealed class TokenTrie
{
    private static readonly ConditionalWeakTable<ITokenizer, TokenTrie> Known = [];

    private readonly int[] _ids;
    private readonly int[] _firstId;

    private TokenTrie(ITokenizer tokenizer)
        : this(tokenizer, Enumerable.Range(0, tokenizer.VocabularySize))
    {
    }

    /// <summary>A trie of some tokens.</summary>
    public TokenTrie(ITokenizer tokenizer, IEnumerable<int> tokens)
    {
        _ids = [.. tokens];
        Array.Sort(_ids, (left, right) =>
        {
            var order = tokenizer.TokenBytes(left).SequenceCompareTo(tokenizer.TokenBytes(right));
            return order != 0 ? order : left.CompareTo(right);
        });
        var (bytes, depths, first) = (new List<byte> { 0 }, new List<ushort> { 0 }, new List<int> { 0 });
        ReadOnlySpan<byte> before = [];
        for (var i = 0; i < _ids.Length; i++)
        {
            var token = tokenizer.TokenBytes(_ids[i]);
            Longest = Math.Max(Longest, token.Length);
            for (var length = before.CommonPrefixLength(token); length < token.Length; length++)
            {
                bytes.Add(token[length]);
                depths.Add(checked((ushort)(length + 1)));
                first.Add(i);
            }
            before = token;
        }
        first.Add(_ids.Length);
        // a node's own tokens are those of its bytes: the ones before its first child's
        (Bytes, Depths, _firstId) = ([.. bytes], [.. depths], [.. first]);
        Past = new int[Bytes.Length];
        var open = new Stack<int>();
        for (var node = 0; node < Bytes.Length; node++)
        {
            while (open.TryPeek(out var above) && Depths[above] >= Depths[node]) Past[open.Pop()] = node;
            open.Push(node);
        }
        foreach (var node in open) Past[node] = Bytes.Length;
    }

    /// <summary>Number of nodes; node 0 is the root.</summary>
    public int Count => Bytes.Length;

    /// <summary>The byte that leads to each node.</summary>
    public byte[] Bytes { get; }

    /// <summary>Bytes from the root to each node.</summary>
    public ushort[] Depths { get; }

    /// <summary>The node after each node's subtree.</summary>
    public int[] Past { get; }

    /// <summary>Bytes of the longest token.</summary>
    public int Longest { get; }

    /// <summary>Tokens that end at a node.</summary>
    public ReadOnlySpan<int> TokensAt(int node) => _ids.AsSpan(_firstId[node].._firstId[node + 1]);

    /// <summary>Tokens whose bytes begin with those of a node.</summary>
    public ReadOnlySpan<int> TokensFrom(int node) => TokensBetween(node, Past[node]);

    /// <summary>Tokens that end at a node or at one of those after it, up to another one.</summary>
    public ReadOnlySpan<int> TokensBetween(int node, int past) => _ids.AsSpan(_firstId[node].._firstId[past]);

    public static TokenTrie Of(ITokenizer tokenizer) => Known.GetValue(tokenizer, static key => new TokenTrie(key));
}
