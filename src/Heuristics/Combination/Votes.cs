namespace DecodeAlign.Heuristics;

/// <summary>
/// An ensemble that votes: the share of the parts, by their weights, whose reward lies above its reference. No part can make up for the others, however sure it is of itself (votes of several reward models, as in Secrets
/// of RLHF II, arXiv 2401.06080, over whether each finds the text better than the model's usual one). Between 0 and 1, in steps.
/// </summary>
/// <param name="parts">The rewards; their references are what a vote is decided by, such as the base model's median. Scales change nothing.</param>
/// <exception cref="ArgumentException">There is no part; a reference is not finite, or a scale or weight not above 0.</exception>
public sealed class Votes(params IEnumerable<CentredPart> parts) : Combination(parts?.Select(part => part.Heuristic)!)
{
    private readonly CentredPart[] _parts = CentredPart.Checked(parts!);

    /// <summary><c>votes</c>.</summary>
    public override string Name => "votes";

    /// <inheritdoc/>
    public override double Combine(ReadOnlySpan<double> values)
    {
        var (sum, all) = (0.0, 0.0);
        for (var i = 0; i < _parts.Length; i++)
        {
            all += _parts[i].Weight;
            if (values[i] > _parts[i].Reference) sum += _parts[i].Weight;
        }
        return sum / all;
    }
}
