namespace DecodeAlign.Cpu;

/// <summary>How weights are kept in memory.</summary>
public enum WeightFormat
{
    /// <summary>4 bytes a weight: every checkpoint exactly.</summary>
    F32,

    /// <summary>2 bytes a weight, rounded to nearest even: exact for checkpoints stored as bf16, and then bitwise the same logits as <see cref="F32"/>.</summary>
    BF16,

    /// <summary>1 byte a weight and a 4-byte scale for each 32 inputs of an output, quantised on load (about 1.1 bytes a weight), or as a GGUF file holds them, where that is in blocks of 32 with an offset perhaps (4 bytes more). What they multiply is rounded to 16 bits for each 32 inputs, some 250 times as finely.</summary>
    Q8,

    /// <summary>
    /// Half a byte a weight and a 4-byte scale for each 32 inputs of an output, quantised on load (about 0.6 bytes a weight); token embedding, positions and head
    /// as with <see cref="Q8"/>, unless a GGUF file holds them in 4 bits. Such matrices stay as they are (Q4_0; Q4_1 and Q4_K with an offset for each block, 4 bytes more),
    /// and if layers have some, what else the file holds is as with <see cref="Q8"/>. Activations are rounded as with <see cref="Q8"/>.
    /// </summary>
    Q4,
}

/// <summary>How keys and values are kept in memory.</summary>
public enum KvFormat
{
    /// <summary>4 bytes a number, as computed.</summary>
    F32,

    /// <summary>2 bytes a number, rounded to nearest even: half the memory, and half to read where contexts are long. What it does to log-probabilities is stated in docs/benchmarks.md.</summary>
    BF16,
}

/// <summary>How the CPU engine runs a model.</summary>
public sealed record CpuEngineOptions
{
    /// <summary>Threads that compute, the caller's included; 0 (default): one for each processor. The logits do not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Most bytes of KV cache of all sessions together; 0 (default): a quarter of the memory the process may use. Pages are taken as they are needed; up to 64 MiB of them stay when no session is open.</summary>
    public long KvBudgetBytes { get; init; }

    /// <summary>
    /// Most bytes of the KV budget that keep prompts after their sessions, so that a later prompt computes only what is new in it; 0 (default): none are kept. What was used
    /// longest ago goes first, also to make room for a session. The logits do not depend on it.
    /// </summary>
    public long PrefixCacheBytes { get; init; }

    /// <summary>
    /// How the matrices are kept. Null (default): as the file holds them, which changes next to nothing of what is computed: bf16 where all are bf16 (the logits of f32, bit for bit), <see cref="WeightFormat.Q8"/>
    /// or <see cref="WeightFormat.Q4"/> where a GGUF file holds all as integers (6 bits are rounded to 8); else <see cref="WeightFormat.F32"/>. <see cref="CpuEngine.WeightFormat"/> tells.
    /// </summary>
    public WeightFormat? WeightFormat { get; init; }

    /// <summary>How keys and values are kept. Default <see cref="KvFormat.F32"/>. Logits are bitwise the same for any batch and threads with either.</summary>
    public KvFormat KvFormat { get; init; }

    /// <summary>Most rows of one pass, in [1, 4096]. Default 128: prompts are evaluated in chunks of it. The logits do not depend on it.</summary>
    public int MaxRows { get; init; } = 128;
}
