using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Random weights of a Llama shape, drawn anew from the position of each weight, so that nothing is kept.</summary>
internal sealed class RandomWeights(TransformerDescription description) : IWeightSource
{
    // wide rows have smaller weights, so that what they give is no larger
    private readonly float _greatest = 0.06f * Math.Min(1, MathF.Sqrt(576f / description.HiddenSize));

    public TransformerDescription Description => description;

    public string Name => description.Architecture;

    public bool Has(WeightRole role, int layer = 0) => role is
        WeightRole.TokenEmbedding or WeightRole.AttentionNorm or WeightRole.Query or WeightRole.Key or WeightRole.Value or WeightRole.Output
        or WeightRole.FeedForwardNorm or WeightRole.Gate or WeightRole.Up or WeightRole.Down or WeightRole.FinalNorm;

    public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination)
    {
        if (role is WeightRole.AttentionNorm or WeightRole.FeedForwardNorm or WeightRole.FinalNorm)
        {
            destination.Fill(1);
            return;
        }
        // each row by itself, so that however many are read at once they are the same
        var columns = role switch { WeightRole.Down => description.IntermediateSize, WeightRole.Output => description.HeadCount * description.HeadSize, _ => description.HiddenSize };
        for (var row = 0; row * columns < destination.Length; row++)
        {
            var state = (uint)((int)role * 7919 + layer * 104729 + (firstRow + row) * 31 + 1);
            foreach (ref var weight in destination.Slice(row * columns, columns))
            {
                state = state * 1664525 + 1013904223;
                weight = (int)(state >> 8) * (2 * _greatest / (1 << 24)) - _greatest;
            }
        }
    }

    public void Dispose()
    {
    }
}
