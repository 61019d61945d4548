namespace DecodeAlign.Models;

/// <summary>How a checkpoint stores the tensor of a role.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Name">Its name; <c>{0}</c> stands for the layer.</param>
internal sealed record TensorRule(WeightRole Role, string Name)
{
    /// <summary>All roles that share the tensor, stacked in this order along the outputs; empty: it holds this role alone.</summary>
    public IReadOnlyList<WeightRole> Fused { get; init; } = [];

    /// <summary>Whether it is stored as (inputs, outputs).</summary>
    public bool Transposed { get; init; }

    /// <summary>Whether the roles of a fused tensor alternate head by head rather than follow each other.</summary>
    public bool ByHead { get; init; }

    /// <summary>What is added to each number as it is read: Gemma stores its norms' weights less one.</summary>
    public float Offset { get; init; }

    /// <summary>A name to try where the first is not there.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Whether there is one for each layer.</summary>
    public bool PerLayer => Name.Contains("{0}", StringComparison.Ordinal);
}
