namespace DecodeAlign.Models;

/// <summary>Builds a tokenizer from a SentencePiece model file (or llama2.c's form of one), with the folder's configuration where there is one.</summary>
internal static class SentencePieceReader
{
    // four times the largest open model
    private const int MaxBytes = 16 << 20;

    public static TokenizerParts Read(string file, FolderConfiguration? configuration) => TokenizerFile.Guard(file, () =>
    {
        var bytes = TokenizerFile.ReadBytes(file);
        if (bytes.Length > MaxBytes) throw new ModelFormatException(file, null, $"{bytes.Length} bytes; a SentencePiece model has at most {MaxBytes}");
        if (IsRankFile(bytes)) throw new ModelFormatException(file, null, "is a rank file, as tiktoken writes them (each line a token in base64 and its rank), not a SentencePiece model; put the model's tokenizer.json beside it, which is read instead");
        var proto = Path.GetExtension(file) == ".bin" ? Llama2cReader.Read(bytes) : SentencePieceProto.Read(bytes);
        if (proto.SuffixSpaces) throw new ModelFormatException(file, "treat_whitespace_as_suffix", "is not supported");
        return Build(file, proto, configuration);
    });

    private static bool IsRankFile(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var line = end is > 0 and < 4096 ? bytes[..end].TrimEnd((byte)'\r') : [];
        var space = line.IndexOf((byte)' ');
        return space > 0 && space < line.Length - 1 && System.Buffers.Text.Base64.IsValid(line[..space]) && line[(space + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    /// <summary>Builds a tokenizer from a model that has been read.</summary>
    public static TokenizerParts Build(string file, SentencePieceProto proto, FolderConfiguration? configuration)
    {
        var vocabulary = new Vocabulary();
        foreach (var (text, _, _) in proto.Pieces)
            if (vocabulary.TryAdd(text, vocabulary.Size) is { } problem) throw new ModelFormatException(file, "pieces", problem);

        var added = AddedTokens(proto, configuration, vocabulary);
        var unknown = proto.Pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown);
        if (unknown < 0 && !proto.IsBpe) throw new ModelFormatException(file, "pieces", "a Unigram model needs an unknown piece");
        var afterToken = configuration?.Legacy switch { null => PrefixAfterToken.UnlessSpace, true => PrefixAfterToken.Always, false => PrefixAfterToken.Never };
        INormalizer spaces = new SpaceNormalizer(proto.RemoveExtraSpaces, proto.AddDummyPrefix && configuration?.AddPrefixSpace != false, afterToken, proto.EscapeSpaces);
        var template = configuration?.Template(vocabulary, beginByDefault: true) ?? DefaultTemplate(proto);
        using var fingerprint = new Fingerprint();
        fingerprint.Add(vocabulary);
        fingerprint.Add([.. proto.Pieces.Select(piece => (double)piece.Score)]);
        fingerprint.Add(added);
        fingerprint.Add(template);
        fingerprint.Add($"{proto.IsBpe} {proto.ByteFallback} {proto.AddDummyPrefix} {proto.RemoveExtraSpaces} {proto.EscapeSpaces} {afterToken} {Convert.ToHexString(proto.CharacterMap)}");
        return new()
        {
            Vocabulary = vocabulary,
            Model = proto.IsBpe ? SentencePieceBpe.Build(vocabulary, proto, unknown) : Unigram(vocabulary, proto, unknown),
            Fingerprint = fingerprint.Finish(),
            Normalizer = proto.CharacterMap.Length == 0 ? spaces : new NormalizerSequence([new PrecompiledNormalizer(proto.CharacterMap), spaces]),
            Decoder = [new ReplaceStep("▁", " "), new ByteFallbackStep(), new LeadingStripStep(' ', proto.AddDummyPrefix ? 1 : 0)],
            Template = template,
            AddedTokens = added,
            ControlIds = [.. Ids(proto, PieceKind.Control, PieceKind.Unknown)],
        };
    }

    // control pieces are found in the text too, as the model's own chat format writes them
    private static List<AddedToken> AddedTokens(SentencePieceProto proto, FolderConfiguration? configuration, Vocabulary vocabulary)
    {
        var added = Ids(proto, PieceKind.Control, PieceKind.UserDefined).Where(id => proto.Pieces[id].Text.Length > 0)
            .Select(id => new AddedToken(proto.Pieces[id].Text, id) { Special = proto.Pieces[id].Kind == PieceKind.Control }).ToList();
        foreach (var token in configuration?.AddedTokens(vocabulary) ?? [])
        {
            added.RemoveAll(other => other.Id == token.Id);
            added.Add(token);
        }
        return added;
    }

    private static UnigramModel Unigram(Vocabulary vocabulary, SentencePieceProto proto, int unknown) =>
        new(vocabulary, [.. proto.Pieces.Select(piece => (double)piece.Score)], new UnigramOptions
        {
            UnknownId = unknown,
            ByteFallback = proto.ByteFallback,
            Excluded = Ids(proto, PieceKind.Control, PieceKind.Unknown, PieceKind.Byte, PieceKind.Unused).ToHashSet(),
            UserDefined = Ids(proto, PieceKind.UserDefined).ToHashSet(),
        });

    private static TokenTemplate DefaultTemplate(SentencePieceProto proto)
    {
        var begin = proto.Pieces.FindIndex(piece => piece is { Text: "<s>", Kind: PieceKind.Control });
        return begin >= 0 ? new([begin], []) : TokenTemplate.Empty;
    }

    private static IEnumerable<int> Ids(SentencePieceProto proto, params PieceKind[] kinds) =>
        Enumerable.Range(0, proto.Pieces.Count).Where(id => kinds.Contains(proto.Pieces[id].Kind));
}
