using System.Text;

namespace DecodeAlign.Models;

/// <summary>Builds BERT's tokenizer from vocab.txt, a piece on each line: clean-up, words and punctuation, WordPiece; [CLS] before a text and [SEP] after it.</summary>
internal static class VocabularyTextReader
{
    private const int LongestWord = 100;

    public static TokenizerParts Read(string file, FolderConfiguration? configuration)
    {
        var vocabulary = TokenizerFile.Guard(file, () => ReadVocabulary(file));
        var (unknown, begin, end) = (Id("unk_token", "[UNK]"), Id("cls_token", "[CLS]"), Id("sep_token", "[SEP]"));
        var added = configuration?.AddedTokens(vocabulary) ?? [];
        foreach (var content in (string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            if (vocabulary.Id(content) is >= 0 and var id && added.All(token => token.Id != id)) added.Add(new(content, id) { Special = true });
        var lowercase = configuration?.Flag("do_lower_case", true) ?? true;
        List<INormalizer> steps = [new BertCleanNormalizer()];
        if (configuration?.Flag("tokenize_chinese_chars", true) ?? true) steps.Add(new ChineseSpacingNormalizer());
        var strips = configuration?.Flag("strip_accents", lowercase) ?? lowercase;
        if (strips) steps.AddRange([new UnicodeNormalizer(compatibility: false, compose: false), new StripAccentsNormalizer(spacingMarks: false)]);
        if (lowercase) steps.Add(new LowercaseNormalizer());
        var template = new TokenTemplate([begin], [end]);
        using var fingerprint = new Fingerprint();
        fingerprint.Add(vocabulary);
        fingerprint.Add(added);
        fingerprint.Add(template);
        fingerprint.Add($"{unknown} {lowercase} {strips} {steps.Count}");
        return new()
        {
            Vocabulary = vocabulary,
            Model = new WordPieceModel(vocabulary, unknown, "##", LongestWord),
            Fingerprint = fingerprint.Finish(),
            Normalizer = new NormalizerSequence(steps),
            PreTokenizer = PreTokenizerReader.Bert(),
            Decoder = [new WordPieceStep("##", true)],
            Template = template,
            AddedTokens = added,
        };

        int Id(string role, string absent) => vocabulary.Id(configuration?.SpecialToken(role) ?? absent) is >= 0 and var id ? id : throw new ModelFormatException(file, null, $"has no line {absent}");
    }

    private static Vocabulary ReadVocabulary(string file)
    {
        var text = Encoding.UTF8.GetString(TokenizerFile.WithoutBom(TokenizerFile.ReadBytes(file)).Span);
        var vocabulary = new Vocabulary();
        var lines = text.Split('\n');
        for (var id = 0; id < lines.Length - (lines[^1].Length == 0 ? 1 : 0); id++)
            if (vocabulary.TryAdd(lines[id].TrimEnd('\r'), id) is { } problem) throw new ModelFormatException(file, $"line {id + 1}", problem);
        return vocabulary.Size > 0 ? vocabulary : throw new ModelFormatException(file, null, "the vocabulary is empty");
    }
}
