using BenchmarkDotNet.Attributes;
using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>One token for each of a batch of continuations of one prompt, the most likely next token read. Two threads.</summary>
public class DecodeBenchmarks
{
    private const int Threads = 2;
    private CpuEngine _engine = null!;
    private EngineCase _case = null!;
    private PlainCase _plain = null!;

    /// <summary>Model shape.</summary>
    [Params("SmolLM2-135M", "stories15M")]
    public string Shape { get; set; } = "";

    /// <summary>Weight format of ours; the baseline's is f32.</summary>
    [Params(WeightFormat.F32, WeightFormat.BF16, WeightFormat.Q8, WeightFormat.Q4)]
    public WeightFormat Format { get; set; }

    /// <summary>Continuations.</summary>
    [Params(1, 8, 32)]
    public int Batch { get; set; }

    /// <summary>Tokens of the shared prompt.</summary>
    [Params(128)]
    public int Context { get; set; }

    /// <summary>Loads the engine and evaluates the prompt.</summary>
    [GlobalSetup(Target = nameof(Engine))]
    public void SetUpEngine()
    {
        _engine = Shapes.Load(Shape, Format, Threads);
        _case = new(_engine, Context, Batch);
    }

    /// <summary>Loads the baseline.</summary>
    [GlobalSetup(Target = nameof(RowByRow))]
    public void SetUpPlain() => _plain = new(new(Shapes.Of(Shape), Threads), Context, Batch);

    /// <summary>A pass before the timed one, as while a text is written.</summary>
    [IterationSetup(Target = nameof(Engine))]
    public void Warm() => _case.Decode();

    /// <summary>Our engine.</summary>
    [Benchmark]
    public void Engine() => _case.Decode();

    /// <summary>A plain engine, row by row.</summary>
    [Benchmark(Baseline = true)]
    public int RowByRow() => _plain.Decode();

    /// <summary>Frees the engine.</summary>
    [GlobalCleanup(Target = nameof(Engine))]
    public void CleanUp()
    {
        _case.Dispose();
        _engine.Dispose();
    }
}
