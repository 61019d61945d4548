using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>
/// Delivers what every text that may still be chosen begins with: the live hypotheses, and of each group the finished answers that may still be chosen. It only grows, since what survives a
/// step continues what survived the one before. Half a character waits for its other half, and what may begin a stop sequence for what follows it.
/// </summary>
internal sealed class CommittedText(ITokenizer tokenizer, IReadOnlyList<string> stops, Action<DecodingUpdate> deliver)
{
    private readonly System.Text.Decoder _characters = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();
    private readonly int _longestStop = stops.Count == 0 ? 1 : stops.Max(stop => stop.Length);
    private int _ids;
    private int _delivered;

    public void Update(IReadOnlyList<SearchGroup> groups)
    {
        var shared = Shared(groups);
        if (shared.Length <= _ids) return;
        var ids = shared[_ids..];
        _ids = shared.Length;
        foreach (var id in ids) Append(tokenizer.TokenBytes(id));
        var end = Releasable(_text.ToString());
        var text = end > _delivered ? _text.ToString(_delivered, end - _delivered) : "";
        _delivered += text.Length;
        deliver(new(text, ids, null));
    }

    public void End(DecodingResult result) => deliver(new(result.Text[_delivered..], [.. result.Answer.Ids.Skip(_ids)], result));

    private static int[] Shared(IReadOnlyList<SearchGroup> groups)
    {
        int[]? shared = null;
        foreach (var group in groups)
        {
            foreach (var answer in group.Keeper.Choosable(group)) Narrow(ref shared, [.. answer.Ids]);
            foreach (var hypothesis in group.Live)
            {
                Narrow(ref shared, group.Context.Tree.Path(group.Context.Root, hypothesis.Node));
                if (shared!.Length == 0) return shared;
            }
        }
        return shared ?? [];
    }

    private static void Narrow(ref int[]? shared, int[] path) => shared = shared is null ? path : shared[..shared.AsSpan().CommonPrefixLength(path)];

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = stackalloc char[64];
        while (!bytes.IsEmpty)
        {
            _characters.Convert(bytes, characters, flush: false, out var read, out var written, out _);
            _text.Append(characters[..written]);
            bytes = bytes[read..];
        }
    }

    private int Releasable(string text)
    {
        var end = Math.Min(StopSequences.Cut(text, stops).Length, text.Length - (_longestStop - 1));
        return end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }
}
