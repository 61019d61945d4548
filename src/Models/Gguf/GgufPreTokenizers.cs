namespace DecodeAlign.Models;

/// <summary>How a byte-level tokenizer of a GGUF file cuts words, by the name that the file gives it.</summary>
/// <param name="Words">Cuts a text.</param>
/// <param name="WholeWords">Whether a word that is a token is taken whole.</param>
/// <param name="Begins">Whether a text begins with the beginning token where the file does not say.</param>
/// <param name="Composes">Whether characters are composed first (NFC).</param>
internal sealed record GgufPreTokenizer(IPreTokenizer Words, bool WholeWords = false, bool Begins = false, bool Composes = false);

/// <summary>The names that are known.</summary>
internal static class GgufPreTokenizers
{
    public const string Names = "gpt-2, llama-bpe, qwen2, smollm, starcoder, olmo and their relatives";

    private static readonly ByteLevelPreTokenizer Bytes = new(addPrefixSpace: false, useRegex: false, spellBytes: false);
    private static readonly ByteLevelPreTokenizer Gpt2 = new(addPrefixSpace: false, useRegex: true, spellBytes: false);

    public static GgufPreTokenizer? Find(string name) => name switch
    {
        "default" or "gpt-2" or "phi-2" or "jina-es" or "jina-de" or "gigachat" or "olmo" or "mpt" or "granite-docling" or "roberta-bpe" => new(Gpt2),
        "llama3" or "llama-v3" or "llama-bpe" or "falcon3" => new(After(new ScannerPreTokenizer(new Gpt4Scanner(3)), Bytes), WholeWords: true, Begins: true),
        "qwen2" or "deepseek-r1-qwen" => new(After(new ScannerPreTokenizer(new Gpt4Scanner(1)), Bytes), Composes: true),
        "dbrx" or "smaug-bpe" or "chatglm-bpe" => new(After(new ScannerPreTokenizer(new Gpt4Scanner(3)), Bytes)),
        "smollm" or "starcoder" or "refact" or "command-r" or "codeshell" or "exaone" or "minerva-7b" => new(After(new DigitsPreTokenizer(individual: true), Gpt2)),
        _ => null,
    };

    private static PreTokenizerSequence After(IPreTokenizer first, IPreTokenizer second) => new([first, second]);
}
