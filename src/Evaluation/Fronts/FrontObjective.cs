namespace DecodeAlign.Evaluation;

/// <summary>An objective of a front.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsLessBetter">Whether less of it is better.</param>
/// <param name="Values">Its value for each answer.</param>
internal sealed record FrontObjective(string Name, bool IsLessBetter, IReadOnlyList<double> Values)
{
    /// <summary>Its name, and which way is better where that is not upwards.</summary>
    public string Title => IsLessBetter ? $"{Name} (less is better)" : Name;

    /// <summary>A value, as more of which is better.</summary>
    public double Worth(double value) => IsLessBetter ? -value : value;
}
