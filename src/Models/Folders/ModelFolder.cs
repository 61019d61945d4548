namespace DecodeAlign.Models;

/// <summary>
/// A model folder as Hugging Face lays it out, or a GGUF file, which is a whole model by itself. Opening it looks at file names only; each part is read when asked for, so a folder may hold
/// a tokenizer alone. Safe for concurrent calls.
/// </summary>
public sealed class ModelFolder
{
    private ModelFolder(string path)
    {
        Path = path;
        Name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        IsGguf = GgufFile.IsNamed(path);
    }

    /// <summary>The folder or file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The folder's or file's own name.</summary>
    public string Name { get; }

    /// <summary>Whether it is a GGUF file.</summary>
    public bool IsGguf { get; }

    /// <summary>Which files a tokenizer can be made from.</summary>
    public TokenizerFiles Tokenizer => IsGguf ? new() { Gguf = Path } : TokenizerFiles.Find(this);

    /// <summary>Whether there is a folder or a GGUF file at a path.</summary>
    /// <param name="path">The path.</param>
    public static bool Exists(string path) => Directory.Exists(path) || GgufFile.IsNamed(path);

    /// <summary>Opens a folder, or a GGUF file.</summary>
    /// <param name="path">The folder or file.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static ModelFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Exists(path) ? new ModelFolder(path) : throw new DirectoryNotFoundException($"{path}: there is no such folder");
    }

    /// <summary>Reads <c>config.json</c> and what else names token ids: <c>generation_config.json</c> and the tokenizer's files.</summary>
    /// <exception cref="ModelFormatException">A file is missing or malformed, or the model is not supported; the message says why.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public TransformerDescription ReadDescription()
    {
        if (!IsGguf) return ModelConfig.Read(Path, FindTokenizer).Description;
        using var file = GgufFile.Open(Path);
        return GgufArchitecture.Describe(file);
    }

    /// <summary>Opens the GGUF file, or <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names, and checks every tensor's name, shape and type; reads no weights yet. The caller disposes of it.</summary>
    /// <exception cref="ModelFormatException">A file is missing or malformed, tensors are missing or have the wrong shape, or the model is not supported.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public IWeightSource OpenWeights() => OpenWeights(FindTokenizer);

    internal IWeightSource OpenWeights(Func<Tokenizer?> tokenizer)
    {
        if (IsGguf) return OpenGguf();
        var config = ModelConfig.Read(Path, tokenizer);
        var checkpoint = Checkpoint.Open(Path);
        try
        {
            return new CheckpointWeights(Name, checkpoint, config);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Looks at everything in the folder and says whether it can be run. Malformed files are findings, not errors.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <param name="tokenizerFormats">What is read as a tokenizer beside our own formats; null: nothing.</param>
    public ModelInspection Inspect(IReadOnlyList<ITokenizerFormat>? tokenizerFormats = null) => IsGguf ? GgufInspector.Inspect(Path) : new FolderInspector(this, tokenizerFormats ?? []).Inspect();

    private GgufWeights OpenGguf()
    {
        var file = GgufFile.Open(Path);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private Tokenizer? FindTokenizer() => Tokenizer.Kind == TokenizerKind.None ? null : TokenizerLoader.Load(Path);

    /// <summary>Full path of a file directly in the folder; null: not there.</summary>
    internal string? Find(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? path : null;
    }
}
