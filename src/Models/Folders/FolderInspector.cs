namespace DecodeAlign.Models;

/// <summary>Gathers a folder's <see cref="ModelInspection"/>.</summary>
internal sealed class FolderInspector(ModelFolder folder, IReadOnlyList<ITokenizerFormat> formats)
{
    private const int MaxFiles = 10_000;
    private const int MaxConfigBytes = 8 << 20;

    private readonly List<string> _problems = [];

    public ModelInspection Inspect()
    {
        var tokenizer = folder.Tokenizer;
        var none = tokenizer.Kind == TokenizerKind.None && TokenizerLoader.Format(folder.Path, formats) is null;
        var other = OtherFormats.Find(folder.Path);
        if (other is not null) _problems.Add(other.Message);
        else if (none) _problems.Add("there is no tokenizer (tokenizer.json, tokenizer.model, or vocab.json with merges.txt)");
        var vocabulary = none ? null : Try(() => TokenizerLoader.Load(folder.Path, formats));
        var config = other is not null ? null : Try(() => ModelConfig.Read(folder.Path, () => vocabulary as Tokenizer));
        using var checkpoint = other is not null ? null : Try(() => Checkpoint.Open(folder.Path));
        var weights = config is null || checkpoint is null ? null : Try(() => new CheckpointWeights(folder.Name, checkpoint, config));
        if (vocabulary is not null && config is not null && vocabulary.VocabularySize > config.Description.VocabularySize)
            _problems.Add($"{folder.Path}: vocab_size: the tokenizer has {vocabulary.VocabularySize} tokens, the model {config.Description.VocabularySize}: they do not belong together");
        var chatTemplate = Try(() => ChatTemplate(tokenizer));
        return new ModelInspection
        {
            Name = folder.Name,
            Runnable = _problems.Count == 0,
            Problems = _problems,
            Warnings = config?.Warnings ?? [],
            Description = config?.Description,
            Parameters = weights?.ParameterCount,
            ElementTypes = checkpoint is null ? new Dictionary<string, long>() : checkpoint.Tensors.Values.GroupBy(t => t.Type).ToDictionary(g => g.Key, g => g.Sum(t => t.ElementCount)),
            UnusedTensors = weights?.Unused ?? [],
            Tokenizer = vocabulary is null or Tokenizer ? tokenizer.Kind : TokenizerKind.Other,
            TokenizerVocabularySize = vocabulary?.VocabularySize,
            ChatTemplate = chatTemplate,
            Files = [.. new DirectoryInfo(folder.Path).EnumerateFiles().Take(MaxFiles).OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => new InspectedFile(f.Name, f.Length))],
        };
    }

    private string? ChatTemplate(TokenizerFiles files)
    {
        if (files.ChatTemplate is not null) return Path.GetFileName(files.ChatTemplate);
        if (files.Config is not null)
        {
            using var document = BoundedFile.ReadJsonObject(files.Config, MaxConfigBytes);
            if (new JsonFields(files.Config, document.RootElement).Has("chat_template")) return Path.GetFileName(files.Config);
        }
        return folder.Find("chat_template.json") is { } processor ? Path.GetFileName(processor) : null;
    }

    private T? Try<T>(Func<T> read) where T : class?
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is ModelFormatException or FileNotFoundException)
        {
            _problems.Add(e.Message);
            return null;
        }
    }
}
