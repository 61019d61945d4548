using DecodeAlign.Heuristics;

namespace DecodeAlign.DefaultModel;

/// <summary>The objectives that the embedded model can be steered by. Safe for concurrent use.</summary>
public static class EmbeddedObjectives
{
    private static readonly Lazy<ObjectiveSet> Loaded = new(() => ObjectiveSet.Read(EmbeddedModel.Folder));

    /// <summary>The named scorers with the constants of their z-scores; read at the first use.</summary>
    /// <exception cref="IOException">The model was not built in, or its files can't be read.</exception>
    /// <exception cref="FormatException">A file is broken.</exception>
    public static ObjectiveSet Objectives => Loaded.Value;
}
