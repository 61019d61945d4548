using BenchmarkDotNet.Attributes;
using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>One token after a context of 2,048, beside one after 128. SmolLM2-135M's shape, two threads.</summary>
public class ContextBenchmarks
{
    private CpuEngine _engine = null!;
    private EngineCase _long = null!;
    private EngineCase _short = null!;

    /// <summary>Weight format.</summary>
    [Params(WeightFormat.F32, WeightFormat.BF16, WeightFormat.Q8, WeightFormat.Q4)]
    public WeightFormat Format { get; set; }

    /// <summary>KV format.</summary>
    [Params(KvFormat.F32, KvFormat.BF16)]
    public KvFormat Kv { get; set; }

    /// <summary>Loads the engine and evaluates both prompts.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _engine = Shapes.Load("SmolLM2-135M", Format, threads: 2, Kv);
        (_long, _short) = (new(_engine, 2048, 1), new(_engine, 128, 1));
    }

    /// <summary>After 2,048 tokens.</summary>
    [Benchmark]
    public void After2048() => _long.Decode();

    /// <summary>After 128 tokens.</summary>
    [Benchmark(Baseline = true)]
    public void After128() => _short.Decode();

    /// <summary>Frees the engine.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _long.Dispose();
        _short.Dispose();
        _engine.Dispose();
    }
}
