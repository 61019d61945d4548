using DecodeAlign.Decoding;

namespace DecodeAlign.Models;

/// <summary>Loads tokenizers from a model's folder or from a single file, in whichever of the open formats they come.</summary>
public static class TokenizerLoader
{
    /// <summary>Loads the tokenizer of a folder or file.</summary>
    /// <param name="path">
    /// A folder, of which the first of these is read: tokenizer.json; vocab.json with merges.txt; tokenizer.model; the only *.model; vocab.txt (BERT's).
    /// Beside them count tokenizer_config.json, special_tokens_map.json and added_tokens.json. Or one of these files: on its own,
    /// without what stands beside it, except that vocab.json and merges.txt go together. A *.bin is llama2.c's tokenizer; a *.gguf carries one.
    /// </param>
    /// <exception cref="FileNotFoundException">There is no such file, or no tokenizer in the folder.</exception>
    /// <exception cref="ModelFormatException">A file is broken, hostile, or uses something that is not supported; the message says which.</exception>
    public static Tokenizer Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) return LoadFolder(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no tokenizer at {path}", path);
        if (GgufFile.IsNamed(path))
        {
            using var file = GgufFile.Open(path);
            return new(GgufTokenizer.Read(file));
        }
        if (Path.GetFileName(path) is "vocab.json" or "merges.txt") return LoadFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (Path.GetFileName(path) == "vocab.txt") return new(VocabularyTextReader.Read(path, null));
        return new(Path.GetExtension(path) is ".model" or ".bin" ? SentencePieceReader.Read(path, null) : TokenizerJsonReader.Read(path, null));
    }

    /// <summary>Loads the tokenizer of a folder or file, in other formats too.</summary>
    /// <param name="path">
    /// A folder or file as <see cref="Load(string)"/> takes them. Where a folder holds neither tokenizer.json nor vocab.json with merges.txt, the formats are asked
    /// for its *.model and *.tiktoken files, in the order of their names, before *.model is read as SentencePiece's.
    /// </param>
    /// <param name="formats">Other formats, asked in order.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no tokenizer in the folder.</exception>
    /// <exception cref="ModelFormatException">A file is broken, hostile, or uses something that is not supported; the message says which.</exception>
    public static ITokenizer Load(string path, IReadOnlyList<ITokenizerFormat> formats)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(formats);
        return Format(path, formats) is var (file, format) ? format.Load(file) : Load(path);
    }

    /// <summary>The file that one of the formats reads, and which does; null: there is none.</summary>
    internal static (string File, ITokenizerFormat Format)? Format(string path, IReadOnlyList<ITokenizerFormat> formats)
    {
        foreach (var file in Candidates(path))
            if (formats.FirstOrDefault(format => format.Reads(file)) is { } format) return (file, format);
        return null;
    }

    private static IEnumerable<string> Candidates(string path)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path) || Holds(path, "tokenizer.json") || (Holds(path, "vocab.json") && Holds(path, "merges.txt"))) return [];
        return Directory.GetFiles(path).Where(file => Path.GetExtension(file) is ".model" or ".tiktoken").Order(StringComparer.Ordinal);
    }

    private static bool Holds(string folder, string name) => File.Exists(Path.Combine(folder, name));

    private static Tokenizer LoadFolder(string folder)
    {
        var configuration = FolderConfiguration.Read(folder);
        var json = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(json)) return new(TokenizerJsonReader.Read(json, configuration));

        var (vocabulary, merges) = (Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"));
        if (File.Exists(vocabulary) && File.Exists(merges)) return new(VocabularyMergesReader.Read(vocabulary, merges, configuration));

        var model = Path.Combine(folder, "tokenizer.model");
        if (!File.Exists(model) && Directory.GetFiles(folder, "*.model") is [var only]) model = only;
        if (File.Exists(model)) return new(SentencePieceReader.Read(model, configuration));
        var lines = Path.Combine(folder, "vocab.txt");
        if (File.Exists(lines)) return new(VocabularyTextReader.Read(lines, configuration));
        throw new FileNotFoundException($"{folder} holds no tokenizer: neither tokenizer.json, nor vocab.json with merges.txt, nor tokenizer.model, nor vocab.txt", json);
    }
}
