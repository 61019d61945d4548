using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Finds the text that a constraint forces after a node, and the tokens that the tokenizer gives it.</summary>
internal sealed class ForcedText
{
    private const int MostBytes = 4096, MostBefore = 64, Far = 1 << 28;

    private const string Anchor = "\n";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IConstraintSession _session;
    private readonly GenerationContext _context;
    private readonly TokenTrie _trie;
    private readonly int[] _ofByte = new int[256];
    private readonly int[] _anchor;

    public ForcedText(IConstraintSession session, GenerationContext context)
    {
        (_session, _context, _trie) = (session, context, TokenTrie.Of(context.Tokenizer));
        _anchor = context.Tokenizer.Encode(Anchor, addSpecialTokens: false);
        Array.Fill(_ofByte, -1);
        for (var node = 1; node < _trie.Count; node = _trie.Past[node])
            foreach (var token in _trie.TokensAt(node))
                if (token < context.Model.VocabularySize && _ofByte[_trie.Bytes[node]] < 0) _ofByte[_trie.Bytes[node]] = token;
    }

    /// <summary>The tokens of the text that is forced after a node, without those that what follows it could change; none: nothing is forced.</summary>
    public int[] After(int node)
    {
        var bytes = Bytes(node, out var ends);
        if (bytes.Count == 0) return [];
        var before = Before(node);
        int[] tokens = Encode(before, bytes) is { } whole && whole.AsSpan().StartsWith(before) ? whole[before.Length..] : Encode([], bytes) ?? [];
        // the last tokens may be the beginning of longer ones
        var certain = ends ? bytes.Count : Certain(bytes);
        var (kept, at) = (0, 0);
        foreach (var token in tokens)
        {
            var spelled = _context.Tokenizer.TokenBytes(token);
            if (spelled.IsEmpty || at + spelled.Length > certain || !Spells(bytes, at, spelled)) break;
            at += spelled.Length;
            kept++;
        }
        return tokens[..kept];
    }

    // byte by byte, as long as every token that is allowed begins with the same one
    private List<byte> Bytes(int node, out bool ends)
    {
        var bytes = new List<byte>();
        var tree = _context.Tree;
        tree.Retain(node);
        try
        {
            while (true)
            {
                var mask = new TokenMask(_context.Model.VocabularySize, allowed: true);
                _session.Restrict(node, Far, mask);
                var first = bytes.Count < MostBytes ? First(mask.Words) : -1;
                if (first < 0 || _ofByte[first] < 0 || !mask[_ofByte[first]])
                {
                    ends = mask.Count == _context.Model.EosIds.Distinct().Count(id => mask[id]);
                    return bytes;
                }
                bytes.Add((byte)first);
                var next = tree.Append(node, _ofByte[first]);
                tree.Release(node);
                node = next;
            }
        }
        finally
        {
            tree.Release(node);
        }
    }

    // the byte that all allowed tokens begin with; −1: there are several, or the text may end
    private int First(ReadOnlySpan<ulong> allowed)
    {
        var first = -1;
        for (var word = 0; word < allowed.Length; word++)
            for (var bits = allowed[word]; bits != 0; bits &= bits - 1)
            {
                var token = (word << 6) + BitOperations.TrailingZeroCount(bits);
                var bytes = token < _context.Tokenizer.VocabularySize && !_context.Model.IsEos(token) ? _context.Tokenizer.TokenBytes(token) : [];
                if (bytes.IsEmpty || (first >= 0 && first != bytes[0])) return -1;
                first = bytes[0];
            }
        return first;
    }

    // the last of the tokens before, so that long texts are not read again and again
    private int[] Before(int node)
    {
        var tokens = _context.Tree.Path(_context.Root, node);
        return tokens.Length <= MostBefore ? tokens : tokens[^MostBefore..];
    }

    // null: it does not consist of whole characters
    private int[]? Encode(int[] before, List<byte> bytes)
    {
        List<byte> text = [];
        foreach (var token in before) text.AddRange(_context.Tokenizer.TokenBytes(token));
        text.AddRange(bytes);
        // a character may be forced in part
        for (var cut = 0; cut < 4 && cut < bytes.Count; cut++)
        {
            try
            {
                return Encode(Strict.GetString(CollectionsMarshal.AsSpan(text)[..^cut]));
            }
            catch (DecoderFallbackException)
            {
            }
        }
        return null;
    }

    // as in the midst of a text: some tokenizers put a space before the first word
    private int[] Encode(string text)
    {
        var after = _context.Tokenizer.Encode(Anchor + text, addSpecialTokens: false);
        return after.AsSpan().StartsWith(_anchor) ? after[_anchor.Length..] : _context.Tokenizer.Encode(text, addSpecialTokens: false);
    }

    // bytes before the first place from which on the text is the beginning of a longer token
    private int Certain(List<byte> bytes)
    {
        for (var start = Math.Max(0, bytes.Count - _trie.Longest); start < bytes.Count; start++)
        {
            var (node, at) = (0, start);
            for (; at < bytes.Count; at++)
            {
                var child = node + 1;
                while (child < _trie.Past[node] && _trie.Bytes[child] != bytes[at]) child = _trie.Past[child];
                if (child >= _trie.Past[node]) break;
                node = child;
            }
            if (at == bytes.Count && _trie.Past[node] > node + 1) return start;
        }
        return bytes.Count;
    }

    private static bool Spells(List<byte> bytes, int at, ReadOnlySpan<byte> token)
    {
        for (var i = 0; i < token.Length; i++)
            if (bytes[at + i] != token[i]) return false;
        return true;
    }
}
