using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>A decoder whose judge is loaded, where it names one's model.</summary>
internal sealed class JudgeModels : IAsyncDisposable
{
    private readonly ILanguageModel? _model;

    private JudgeModels(DecoderParts decoder, ILanguageModel? model) => (Decoder, _model) = (decoder, model);

    /// <summary>The decoder with its judge.</summary>
    public DecoderParts Decoder { get; }

    public static async Task<JudgeModels> LoadAsync(DecoderParts decoder, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        if (decoder.Selection is not JudgedSelection { JudgeModel: { Length: > 0 } folder } judged) return new(decoder, null);
        var model = await models.LoadAsync(settings with { Folder = folder == "default" ? null : folder }, cancellationToken).ConfigureAwait(false);
        return new(decoder with { Selection = judged.WithJudge((_, criterion) => new LabelJudge(model, criterion, name: model.Facts.Name)) }, model);
    }

    public ValueTask DisposeAsync() => _model?.DisposeAsync() ?? default;
}
