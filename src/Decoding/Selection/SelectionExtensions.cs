namespace DecodeAlign.Decoding;

/// <summary>Selections of selections.</summary>
public static class SelectionExtensions
{
    /// <summary>A selection whose answers are each chosen by another, such as RPS over best-of-N.</summary>
    /// <param name="outer">What chooses last.</param>
    /// <param name="inner">What chooses each of its answers; null: nothing does, and the outer selection is returned.</param>
    public static Selection Over(this Selection outer, Selection? inner)
    {
        ArgumentNullException.ThrowIfNull(outer);
        return inner is null ? outer : new NestedSelection(outer, inner);
    }
}
