namespace DecodeAlign.Models;

/// <summary>Builds the tokenizer that a GGUF file carries: SentencePiece BPE (<c>llama</c>) or byte-level BPE (<c>gpt2</c>).</summary>
internal static class GgufTokenizer
{
    private const string Prefix = "tokenizer.ggml.";

    public static TokenizerParts Read(GgufFile file) => file.Fields.FindText(Prefix + "model") switch
    {
        null => throw file.Fields.Bad(Prefix + "model", "is missing: the file carries no tokenizer"),
        "llama" => ReadSentencePiece(file),
        "gpt2" => ReadByteLevel(file),
        var other => throw file.Fields.Bad(Prefix + "model", $"'{other}' is not supported ('llama' and 'gpt2' are)"),
    };

    private static TokenizerParts ReadSentencePiece(GgufFile file)
    {
        var fields = file.Fields;
        var (tokens, kinds) = (Tokens(fields), Kinds(fields));
        var scores = fields.FindNumbers(Prefix + "scores") ?? throw fields.Bad(Prefix + "scores", "is missing");
        if (scores.Length != tokens.Length) throw fields.Bad(Prefix + "scores", $"has {scores.Length} entries for {tokens.Length} tokens");
        return TokenizerFile.Guard(file.Path, () =>
        {
            var proto = SentencePieceProto.WithByteFallback(fields.Flag(Prefix + "add_space_prefix", true), fields.Flag(Prefix + "remove_extra_whitespaces", false));
            for (var id = 0; id < tokens.Length; id++) proto.Add(tokens[id], (float)scores[id], kinds[id]);
            return SentencePieceReader.Build(file.Path, proto, null) with { Template = Template(fields, beginByDefault: true) };
        });
    }

    private static TokenizerParts ReadByteLevel(GgufFile file)
    {
        var fields = file.Fields;
        var (tokens, kinds) = (Tokens(fields), Kinds(fields));
        var vocabulary = new Vocabulary();
        for (var id = 0; id < tokens.Length; id++)
            if (vocabulary.TryAdd(tokens[id], id) is { } problem) throw fields.Bad(Prefix + "tokens", problem);
        var pairs = new List<(string Left, string Right)>();
        foreach (var merge in fields.FindTexts(Prefix + "merges") ?? throw fields.Bad(Prefix + "merges", "is missing"))
            pairs.Add(MergeRules.Split(merge) ?? throw fields.Bad(Prefix + "merges", $"\"{Vocabulary.Shorten(merge)}\" is not two pieces with a space between"));
        var name = fields.FindText(Prefix + "pre") ?? "default";
        var pre = GgufPreTokenizers.Find(name) ?? throw fields.Bad(Prefix + "pre", $"'{name}' is not known ({GgufPreTokenizers.Names} are); the model's folder with its tokenizer.json can be run");
        AddedToken[] added = [.. Enumerable.Range(0, tokens.Length).Where(id => kinds[id] is PieceKind.Control or PieceKind.UserDefined)
            .Select(id => new AddedToken(tokens[id], id) { Special = kinds[id] == PieceKind.Control })];
        var template = Template(fields, pre.Begins);
        using var fingerprint = new Fingerprint();
        fingerprint.Add(vocabulary);
        fingerprint.Add(pairs);
        fingerprint.Add(added);
        fingerprint.Add(template);
        fingerprint.Add(name);
        return new()
        {
            Vocabulary = vocabulary,
            Model = new BpeModel(vocabulary, new(MergeRules.Resolve(pairs, vocabulary, "", message => fields.Bad(Prefix + "merges", message))), new BpeOptions { ReadsBytes = true, IgnoreMerges = pre.WholeWords }),
            Fingerprint = fingerprint.Finish(),
            Normalizer = pre.Composes ? new UnicodeNormalizer(compatibility: false, compose: true) : null,
            PreTokenizer = pre.Words,
            Decoder = [new ByteLevelStep()],
            Template = template,
            AddedTokens = added,
        };
    }

    private static string[] Tokens(GgufFields fields) => fields.FindTexts(Prefix + "tokens") is { Length: > 0 } tokens ? tokens : throw fields.Bad(Prefix + "tokens", "is missing or empty");

    private static PieceKind[] Kinds(GgufFields fields)
    {
        var count = Tokens(fields).Length;
        if (fields.FindInts(Prefix + "token_type") is not { } kinds) return [.. Enumerable.Repeat(PieceKind.Normal, count)];
        if (kinds.Length != count) throw fields.Bad(Prefix + "token_type", $"has {kinds.Length} entries for {count} tokens");
        return [.. kinds.Select(kind => kind is >= 1 and <= 6 ? (PieceKind)kind : throw fields.Bad(Prefix + "token_type", $"{kind} is no kind of token"))];
    }

    private static TokenTemplate Template(GgufFields fields, bool beginByDefault)
    {
        var count = Tokens(fields).Length;
        return new(Ids("bos", beginByDefault), Ids("eos", false));

        int[] Ids(string role, bool absent) =>
            fields.Flag($"{Prefix}add_{role}_token", absent) && fields.FindInt($"{Prefix}{role}_token_id", 0, int.MaxValue) is { } id && id < count ? [id] : [];
    }
}
