namespace DecodeAlign.Models;

/// <summary>Gathers a GGUF file's <see cref="ModelInspection"/>.</summary>
internal static class GgufInspector
{
    public static ModelInspection Inspect(string path)
    {
        var problems = new List<string>();
        using var file = Try(problems, () => GgufFile.Open(path));
        // the weights take over the file, which may be closed twice
        using var weights = file is null ? null : Try(problems, () => new GgufWeights(file));
        var tokenizer = file is null ? null : Try(problems, () => new Tokenizer(GgufTokenizer.Read(file)));
        return new ModelInspection
        {
            Name = weights?.Name ?? Path.GetFileNameWithoutExtension(path),
            Runnable = problems.Count == 0,
            Problems = problems,
            Description = weights?.Description,
            Parameters = weights?.ParameterCount,
            ElementTypes = file is null ? new Dictionary<string, long>() : file.Tensors.Values.GroupBy(t => t.Type).ToDictionary(g => g.Key.ToString(), g => g.Sum(t => (long)t.Rows * t.Columns)),
            UnusedTensors = weights?.Unused ?? [],
            Tokenizer = tokenizer is null ? TokenizerKind.None : TokenizerKind.Gguf,
            TokenizerVocabularySize = tokenizer?.VocabularySize,
            ChatTemplate = file?.Fields.Has("tokenizer.chat_template") == true ? Path.GetFileName(path) : null,
            Files = [new(Path.GetFileName(path), new FileInfo(path).Length)],
        };
    }

    private static T? Try<T>(List<string> problems, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ModelFormatException e)
        {
            problems.Add(e.Message);
            return null;
        }
    }
}
