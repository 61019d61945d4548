using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>The target alone: what RPS is compared with, at an equal number of answers.</summary>
public sealed record TargetDirection : IDirectionChoice
{
    /// <inheritdoc/>
    public string Name => "target";

    /// <inheritdoc/>
    public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target) => [target];
}

/// <summary>The one of some directions, such as those a model was trained on, that is nearest to the target; of equally near ones the earlier.</summary>
/// <param name="Trained">At least one direction. They are used as they are, so their objectives are the ones the conditioner hears of.</param>
public sealed record NearestDirection(IReadOnlyList<PreferenceDirection> Trained) : IDirectionChoice
{
    /// <inheritdoc/>
    public string Name => "nearest trained";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no direction to choose from.</exception>
    public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target)
    {
        Require.That(Trained is { Count: > 0 }, nameof(Trained), "at least one direction", "empty");
        return [Trained.MinBy(direction => direction.AngleTo(target))!];
    }
}

/// <summary>One direction at a fixed angle from the target.</summary>
/// <param name="Degrees">The angle.</param>
/// <param name="Axis">Which way to turn, as in <see cref="PreferenceDirection.Turned(double, int)"/>.</param>
public sealed record OffsetDirection(double Degrees, int Axis = 0) : IDirectionChoice
{
    /// <inheritdoc/>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"offset {Degrees}° on axis {Axis}");

    /// <inheritdoc/>
    public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return [target.Turned(Degrees, Axis)];
    }
}
