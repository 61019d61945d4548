using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Benchmarks;

/// <summary>One figure beside its baseline.</summary>
internal sealed record ContestResult
{
    /// <summary>What was measured, such as <c>decode/stories15M/BF16/8</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How many times as fast as the baseline: the median of the rounds. What runs are compared by.</summary>
    public required double Ratio { get; init; }

    /// <summary>The ratio of each round: how much it is to be trusted. Empty: measured once.</summary>
    public IReadOnlyList<double> Rounds { get; init; } = [];

    /// <summary>The same of the best single calls.</summary>
    public double BestRatio { get; init; }

    public double TokensPerSecond { get; init; }

    public double BestTokensPerSecond { get; init; }

    public double MedianMilliseconds { get; init; }

    public double P95Milliseconds { get; init; }

    public double P99Milliseconds { get; init; }

    /// <summary>The baseline's tokens a second, where it is an engine of its own.</summary>
    public double? BaselineTokensPerSecond { get; init; }

    /// <summary>What the baseline was told, where that was chosen for it.</summary>
    public string? Baseline { get; init; }

    /// <summary>Share of the memory bandwidth measured in the same run, by bytes of weights.</summary>
    public double? ShareOfBandwidth { get; init; }

    /// <summary>Share of the multiply-adds measured in the same run, by those of the matrices.</summary>
    public double? ShareOfMultiplyAdds { get; init; }
}

/// <summary>What is kept of a run: the machine, its ceilings, and every figure beside its baseline.</summary>
internal sealed record BenchmarkRun
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new Rounded() },
    };

    public required MachineDescription Machine { get; init; }

    /// <summary>Bytes a second, operations a second, by name.</summary>
    public IReadOnlyDictionary<string, double> Ceilings { get; init; } = new Dictionary<string, double>();

    /// <summary>Share of the processors that other programs took meanwhile; null: not known.</summary>
    public double? OthersShare { get; init; }

    public required IReadOnlyList<ContestResult> Results { get; init; }

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="JsonException">It is not a run.</exception>
    public static BenchmarkRun Read(string path) => JsonSerializer.Deserialize<BenchmarkRun>(File.ReadAllText(path), Options) ?? throw new JsonException($"{path} holds no run");

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");

    /// <summary>Four digits: more would be noise.</summary>
    private sealed class Rounded : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.ToString(Math.Abs(value) is >= 1e4 or 0 ? "0" : "G4", System.Globalization.CultureInfo.InvariantCulture));
    }
}
