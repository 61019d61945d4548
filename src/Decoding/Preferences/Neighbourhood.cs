namespace DecodeAlign.Decoding;

/// <summary>How directions are picked from a neighbourhood.</summary>
public enum NeighbourhoodSampler
{
    /// <summary>
    /// Those nearest to the target on a grid, the target itself first, as the authors of RPS released it. The grid is a star around the target: multiples of the step along each axis of
    /// <see cref="PreferenceDirection.Turned(double, int)"/>, both ways; with two objectives that is every direction of the circle at a multiple of the step. Equally near ones: the
    /// negative angle first, then the earlier axis. No seed.
    /// </summary>
    Grid,

    /// <summary>Independent and uniform on the spherical cap, for any number of objectives; the target itself is not among them. Direction i depends on seed and i alone.</summary>
    Cap,

    /// <summary>
    /// Pairs that are mirror images in the target, evenly spaced out to the greatest angle, and the target itself where the number is odd; so that their mean points to the target. With three
    /// objectives or more each angle's pairs take the axes in turn. No seed.
    /// </summary>
    Symmetric,
}

/// <summary>
/// N(v, θ_max) = {u : arccos(u·v) ≤ θ_max}, the neighbourhood of a preference direction (RPS, arXiv 2510.20498), and how directions are picked from it. All it picks are unit
/// vectors inside the neighbourhood, over the target's objectives, and differ from each other. Immutable.
/// </summary>
public sealed record Neighbourhood : IDirectionChoice
{
    // angles are compared to this many places: 30 times a step of 1/30 must still be inside 1
    private const int Places = 9;

    /// <summary>How directions are picked. Default <see cref="NeighbourhoodSampler.Grid"/>.</summary>
    public NeighbourhoodSampler Sampler { get; init; }

    /// <summary>Number of directions k, 1 to 10,000. Default 5, as in the paper.</summary>
    public int Count { get; init; } = 5;

    /// <summary>θ_max in degrees, above 0 and at most 90. Default 30, as in the paper.</summary>
    public double MaxAngle { get; init; } = 30;

    /// <summary>The grid's step in degrees, above 0 and at most 90. Default 5, as the authors released.</summary>
    public double GridStep { get; init; } = 5;

    /// <summary>Seed of <see cref="NeighbourhoodSampler.Cap"/>. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <inheritdoc/>
    public string Name => Sampler switch { NeighbourhoodSampler.Grid => "grid", NeighbourhoodSampler.Cap => "cap", _ => "symmetric" };

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        Require.That(Enum.IsDefined(Sampler), nameof(Sampler), "one of the samplers", Sampler);
        Require.That(Count is >= 1 and <= 10_000, nameof(Count), "from 1 to 10000", Count);
        Require.That(MaxAngle is > 0 and <= 90, nameof(MaxAngle), "above 0 and at most 90 degrees", MaxAngle);
        Require.That(GridStep is > 0 and <= 90, nameof(GridStep), "above 0 and at most 90 degrees", GridStep);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A field is out of its range, or the grid has fewer points within the angle than are asked for; the field is named.</exception>
    public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Validate();
        return Sampler switch
        {
            NeighbourhoodSampler.Grid => Nearest(target),
            NeighbourhoodSampler.Cap => [.. Enumerable.Range(0, Count).Select(i => CapSampler.Draw(target, MaxAngle, Seed, i))],
            _ => Mirrored(target),
        };
    }

    private List<PreferenceDirection> Nearest(PreferenceDirection target)
    {
        var axes = target.Objectives.Count - 1;
        var rings = (int)Math.Floor(Math.Round(MaxAngle / GridStep, Places));
        var points = 1 + 2L * axes * rings;
        Require.That(Count <= points, nameof(Count), $"at most {points}, the grid's points of {GridStep} degrees within {MaxAngle}", Count);
        var found = new List<PreferenceDirection>(Count) { target };
        for (var ring = 1; found.Count < Count; ring++)
            foreach (var sign in (ReadOnlySpan<int>)[-1, 1])
                for (var axis = 0; axis < axes && found.Count < Count; axis++) found.Add(target.Turned(sign * ring * GridStep, axis));
        return found;
    }

    private List<PreferenceDirection> Mirrored(PreferenceDirection target)
    {
        var axes = target.Objectives.Count - 1;
        var pairs = Count / 2;
        var rings = (pairs + axes - 1) / axes;
        var found = new List<PreferenceDirection>(Count);
        if (Count % 2 == 1) found.Add(target);
        for (var pair = 0; pair < pairs; pair++)
        {
            var angle = MaxAngle * (pair / axes + 1) / rings;
            found.Add(target.Turned(-angle, pair % axes));
            found.Add(target.Turned(angle, pair % axes));
        }
        return found;
    }
}
