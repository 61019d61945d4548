using DecodeAlign.Decoding;

namespace DecodeAlign.Models;

/// <summary>A model's weights and tokenizer, which have been checked to belong together: what an engine loads. Disposing closes the weights.</summary>
internal sealed class OpenedModel : IDisposable
{
    private OpenedModel(IWeightSource weights, ITokenizer tokenizer) => (Weights, Tokenizer) = (weights, tokenizer);

    public IWeightSource Weights { get; }

    public ITokenizer Tokenizer { get; }

    /// <param name="pathOrName">A folder, a GGUF file, or the name of a model in the hub's cache.</param>
    /// <param name="formats">What is read as a tokenizer beside our own formats; null: nothing.</param>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no tokenizer.</exception>
    /// <exception cref="ModelFormatException">A file is missing, malformed or not supported, or the tokenizer does not fit the model; the message names it.</exception>
    public static OpenedModel Open(string pathOrName, IReadOnlyList<ITokenizerFormat>? formats)
    {
        var path = ModelFolder.Exists(pathOrName) ? pathOrName : new HubCache().Resolve(pathOrName);
        var folder = ModelFolder.Open(path);
        ITokenizer? tokenizer = null;
        var weights = folder.OpenWeights(() => (tokenizer ??= TokenizerLoader.Load(path, formats ?? [])) as Tokenizer);
        try
        {
            tokenizer ??= TokenizerLoader.Load(path, formats ?? []);
            var rows = weights.Description.VocabularySize;
            if (tokenizer.VocabularySize > rows)
                throw new ModelFormatException(path, "vocab_size", $"the tokenizer has {tokenizer.VocabularySize} tokens, the model {rows}: they do not belong together");
            return new(weights, tokenizer);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose() => Weights.Dispose();
}
