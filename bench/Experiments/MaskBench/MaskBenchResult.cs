namespace DecodeAlign.Experiments;

/// <summary>What became of one schema.</summary>
internal sealed class MaskBenchResult(MaskBenchCase of)
{
    public MaskBenchCase Case => of;

    /// <summary>Why it was refused; null: it was accepted.</summary>
    public string? Refusal { get; set; }

    /// <summary>Milliseconds of processor time, from the text to the first mask.</summary>
    public double CompileTime { get; set; }

    /// <summary>Bytes allocated meanwhile.</summary>
    public long CompileBytes { get; set; }

    /// <summary>Bytes that the compiled schema and its first mask hold afterwards; 0: too few were allocated to look.</summary>
    public long HeldBytes { get; set; }

    /// <summary>Invalid instances that were taken.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>Valid instances that were not.</summary>
    public List<string> Missed { get; } = [];

    /// <summary>Milliseconds of each mask the first time an instance is read, and the second.</summary>
    public (List<float> First, List<float> Second) Masks { get; } = ([], []);

    public bool Passes => Refusal is null && Taken.Count == 0 && Missed.Count == 0;
}
