using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>How a model is told of a preference, and what its objectives are measured by. Immutable.</summary>
/// <param name="Conditioner">Turns a direction into a prompt.</param>
/// <param name="Objectives">What directions can weigh.</param>
public sealed record PreferenceSettings(IPreferenceConditioner Conditioner, IReadOnlyList<PreferenceObjective> Objectives)
{
    /// <summary>Those of a model that was trained on lines of preferences (<see cref="ObjectiveSet"/>).</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>Null where the folder has no <c>objectives.json</c>.</returns>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="FormatException">A file is broken.</exception>
    public static PreferenceSettings? Of(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (!File.Exists(Path.Combine(folder, "objectives.json"))) return null;
        return new(PreferenceConditioner.Line(ObjectiveSet.Names), [.. ObjectiveSet.Read(folder).Objectives.Select(objective => new PreferenceObjective(objective.Name, objective))]);
    }
}
