using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

/// <summary>
/// A folder of the shape of HuggingFaceTB/SmolLM2-135M, in two shards, with the random weights that transformers begins that config with: normal of
/// deviation <c>initializer_range</c>, which its config.json has as 1/24, and norms of 1. On this engine and on the CPU engine.
/// </summary>
public sealed class SmolLmFolder : IDisposable
{
    private const string Config = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":49152,"hidden_size":576,"intermediate_size":1536,"num_hidden_layers":30,
        "num_attention_heads":9,"num_key_value_heads":3,"max_position_embeddings":8192,"rms_norm_eps":1e-5,"hidden_act":"silu","rope_theta":100000.0,
        "tie_word_embeddings":true,"eos_token_id":0,"initializer_range":0.041666666666666664}
        """;

    internal static readonly TransformerDescription Shape = Descriptions.Llama with
    {
        VocabularySize = 49152,
        HiddenSize = 576,
        IntermediateSize = 1536,
        LayerCount = 30,
        HeadCount = 9,
        KvHeadCount = 3,
        HeadSize = 64,
        ContextLength = 8192,
        Rope = new() { Theta = 100000 },
    };

    private readonly TempFolder _folder = new();

    public SmolLmFolder()
    {
        if (Engines.Missing is not null) return;
        Random = new(Shape, 1, bf16: true, deviation: 1 / 24.0);
        HubFolder.Write(_folder, Config, HubFolder.Llama(Random), "BF16", shards: 2);
        using var weights = ModelFolder.Open(_folder.Path).OpenWeights();
        Cpu = CpuEngine.Load(weights, new() { Threads = 2, WeightFormat = WeightFormat.BF16, KvBudgetBytes = 1 << 29 }, NumberedWords.Name);
        Torch = TorchEngine.Load(weights, new() { Device = Engines.Device, Threads = 2, KvBudgetBytes = 1 << 29 }, NumberedWords.Name);
        var tokenizer = new NumberedWords(Shape.VocabularySize);
        (CpuModel, TorchModel) = (new EngineModel(Cpu, tokenizer), new EngineModel(Torch, tokenizer));
    }

    internal RandomWeights Random { get; } = null!;

    internal CpuEngine Cpu { get; } = null!;

    internal TorchEngine Torch { get; } = null!;

    /// <summary>The engines for decoders; they own them.</summary>
    internal EngineModel CpuModel { get; } = null!;

    internal EngineModel TorchModel { get; } = null!;

    public void Dispose()
    {
        _folder.Dispose();
        if (Engines.Missing is not null) return;
        CpuModel.DisposeAsync().AsTask().GetAwaiter().GetResult();
        TorchModel.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
