namespace DecodeAlign.Models;

/// <summary>What a folder's tokenizer is made from.</summary>
public enum TokenizerKind
{
    /// <summary>No tokenizer.</summary>
    None,

    /// <summary><c>tokenizer.json</c>.</summary>
    TokenizerJson,

    /// <summary><c>tokenizer.model</c> (SentencePiece).</summary>
    SentencePiece,

    /// <summary><c>vocab.json</c> and <c>merges.txt</c> (byte-level BPE).</summary>
    VocabularyAndMerges,

    /// <summary>A format that an <see cref="ITokenizerFormat"/> reads.</summary>
    Other,

    /// <summary>The GGUF file itself.</summary>
    Gguf,
}

/// <summary>The tokenizer files of a folder, as full paths; null: not there.</summary>
public sealed record TokenizerFiles
{
    /// <summary>What the tokenizer is made from: the first of the kinds, in the order of the enumeration, whose files are there.</summary>
    public TokenizerKind Kind => Gguf is not null ? TokenizerKind.Gguf
        : TokenizerJson is not null ? TokenizerKind.TokenizerJson
        : SentencePieceModel is not null ? TokenizerKind.SentencePiece
        : Vocabulary is not null && Merges is not null ? TokenizerKind.VocabularyAndMerges
        : TokenizerKind.None;

    /// <summary>A GGUF file, which carries its own.</summary>
    public string? Gguf { get; init; }

    /// <summary><c>tokenizer.json</c>.</summary>
    public string? TokenizerJson { get; init; }

    /// <summary><c>tokenizer.model</c>.</summary>
    public string? SentencePieceModel { get; init; }

    /// <summary><c>vocab.json</c>.</summary>
    public string? Vocabulary { get; init; }

    /// <summary><c>merges.txt</c>.</summary>
    public string? Merges { get; init; }

    /// <summary><c>tokenizer_config.json</c>.</summary>
    public string? Config { get; init; }

    /// <summary><c>special_tokens_map.json</c>.</summary>
    public string? SpecialTokens { get; init; }

    /// <summary><c>added_tokens.json</c>.</summary>
    public string? AddedTokens { get; init; }

    /// <summary><c>chat_template.jinja</c>; a template may stand in <see cref="Config"/> instead.</summary>
    public string? ChatTemplate { get; init; }

    internal static TokenizerFiles Find(ModelFolder folder) => new()
    {
        TokenizerJson = folder.Find("tokenizer.json"),
        SentencePieceModel = folder.Find("tokenizer.model"),
        Vocabulary = folder.Find("vocab.json"),
        Merges = folder.Find("merges.txt"),
        Config = folder.Find("tokenizer_config.json"),
        SpecialTokens = folder.Find("special_tokens_map.json"),
        AddedTokens = folder.Find("added_tokens.json"),
        ChatTemplate = folder.Find("chat_template.jinja"),
    };
}
