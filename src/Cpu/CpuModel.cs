using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>Loads a model folder, as Hugging Face lays it out, or a GGUF file, to run on the CPU.</summary>
public static class CpuModel
{
    /// <summary>Loads weights and tokenizer, off the caller's thread.</summary>
    /// <param name="folder">The model's folder: <c>config.json</c>, weights as safetensors, a tokenizer; or a GGUF file; or the name of a model that is in the hub's cache (<see cref="HubClient"/> downloads one).</param>
    /// <param name="options">How to run it; null: the defaults.</param>
    /// <param name="sharing">How requests share it; null: the defaults.</param>
    /// <param name="progress">Hears the share of weights read, in [0, 1].</param>
    /// <param name="tokenizerFormats">What is read as a tokenizer beside our own formats (<see cref="TokenizerLoader.Load(string, IReadOnlyList{ITokenizerFormat})"/>); null: nothing.</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no tokenizer.</exception>
    /// <exception cref="ModelFormatException">A file is missing, malformed or not supported, or the tokenizer does not fit the model; the message names it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<ILanguageModel> LoadAsync(string folder, CpuEngineOptions? options = null, EngineModelOptions? sharing = null, IProgress<double>? progress = null, IReadOnlyList<ITokenizerFormat>? tokenizerFormats = null, CancellationToken cancellationToken = default) =>
        Task.Run<ILanguageModel>(() => Load(folder, options ?? new(), sharing, progress, tokenizerFormats, cancellationToken), cancellationToken);

    private static EngineModel Load(string folder, CpuEngineOptions options, EngineModelOptions? sharing, IProgress<double>? progress, IReadOnlyList<ITokenizerFormat>? tokenizerFormats, CancellationToken cancellationToken)
    {
        using var model = OpenedModel.Open(folder, tokenizerFormats);
        return new EngineModel(CpuEngine.Load(model.Weights, options, model.Tokenizer.Fingerprint, progress, cancellationToken), model.Tokenizer, sharing);
    }
}
