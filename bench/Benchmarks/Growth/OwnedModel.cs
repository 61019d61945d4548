using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>A decoder over random weights, and the model it owns.</summary>
internal sealed class OwnedModel : IDisposable
{
    private readonly EngineModel _model;

    public OwnedModel(TransformerDescription description, CpuEngine engine)
    {
        _model = new(engine, new NumberedTokens(description.VocabularySize));
        Decoder = new(_model);
    }

    public OwnedModel(string shape, int threads) : this(Shapes.Of(shape), Shapes.Load(shape, WeightFormat.BF16, threads))
    {
    }

    public Decoder Decoder { get; }

    public void Dispose() => _model.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
