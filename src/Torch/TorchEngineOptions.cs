namespace DecodeAlign.Torch;

/// <summary>How weights, activations and the KV cache are kept. The residual stream and the norms are f32 always.</summary>
public enum TorchDataType
{
    /// <summary>4 bytes a value.</summary>
    F32,

    /// <summary>2 bytes a value, the range of f32.</summary>
    BF16,

    /// <summary>2 bytes a value, more precise than bf16; models trained in bf16 may overflow it.</summary>
    F16,
}

/// <summary>How the TorchSharp engine runs a model.</summary>
public sealed record TorchEngineOptions
{
    /// <summary><c>cuda</c> (default: the first GPU), <c>cuda:1</c>, or <c>cpu</c>.</summary>
    public string Device { get; init; } = "cuda";

    /// <summary>How weights, activations and the KV cache are kept. Default <see cref="TorchDataType.F32"/>.</summary>
    public TorchDataType DataType { get; init; }

    /// <summary>
    /// Bytes of KV cache of all sessions together, taken when the model is loaded; 0 (default): on a GPU four fifths of what is free beside the weights and the largest pass,
    /// on the processor a quarter of the memory the process may use (taken as it is used). Where engines share a GPU, name each one's.
    /// </summary>
    public long KvBudgetBytes { get; init; }

    /// <summary>Most rows of one pass, in [1, 4096]. Default 512: prompts are evaluated in chunks of it.</summary>
    public int MaxRows { get; init; } = 512;

    /// <summary>Threads of libtorch's operators on the processor, in [0, 1024]; 0 (default): libtorch's own choice. Holds for the whole process.</summary>
    public int Threads { get; init; }
}
