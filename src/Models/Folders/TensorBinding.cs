namespace DecodeAlign.Models;

/// <summary>The part of a stored tensor that serves a role.</summary>
/// <param name="Tensor">The stored tensor.</param>
/// <param name="Rows">Rows of the role's matrix.</param>
/// <param name="Columns">Columns of the role's matrix.</param>
/// <param name="FirstOutput">Where the role begins along the stored tensor's outputs.</param>
/// <param name="Transposed">Whether the tensor is stored as (inputs, outputs).</param>
internal sealed record TensorBinding(StoredTensor Tensor, int Rows, int Columns, int FirstOutput, bool Transposed)
{
    /// <summary>Outputs that the roles of a head take together, where they alternate head by head; 0: they do not.</summary>
    public int HeadStride { get; init; }

    /// <summary>What is added to each number.</summary>
    public float Offset { get; init; }
}
