using BenchmarkDotNet.Attributes;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Torch;

namespace DecodeAlign.Benchmarks;

/// <summary>One token for each of a batch of continuations of one prompt of 128 tokens, through TorchSharp, beside the CPU engine in bf16 on all processors.</summary>
public class TorchBenchmarks
{
    private IInferenceEngine _engine = null!;
    private EngineCase _case = null!;

    /// <summary>Model shape.</summary>
    [Params("SmolLM2-135M", "SmolLM2-1.7B")]
    public string Shape { get; set; } = "";

    /// <summary>How TorchSharp keeps weights and KV cache.</summary>
    [Params(TorchDataType.F32, TorchDataType.BF16)]
    public TorchDataType Type { get; set; }

    /// <summary>Continuations.</summary>
    [Params(1, 8, 32, 128)]
    public int Batch { get; set; }

    /// <summary>Loads the engine on the device and evaluates the prompt.</summary>
    [GlobalSetup(Target = nameof(Torch))]
    public void SetUpTorch()
    {
        _engine = TorchEngines.Load(Shape, Type, TorchEngines.Device);
        _case = new(_engine, TorchReport.Prompt, Batch, TorchReport.Depth);
    }

    /// <summary>Loads the CPU engine and evaluates the prompt.</summary>
    [GlobalSetup(Target = nameof(Processor))]
    public void SetUpProcessor()
    {
        _engine = Shapes.Load(Shape, WeightFormat.BF16, 0);
        _case = new(_engine, TorchReport.Prompt, Batch, TorchReport.Depth);
    }

    /// <summary>TorchSharp.</summary>
    [Benchmark]
    public void Torch() => _case.Decode();

    /// <summary>Our engine on the processor.</summary>
    [Benchmark(Baseline = true)]
    public void Processor() => _case.Decode();

    /// <summary>Frees the engine.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _case.Dispose();
        _engine.Dispose();
    }
}
