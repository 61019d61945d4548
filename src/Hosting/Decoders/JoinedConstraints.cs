using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>Joins the constraints of several sources.</summary>
internal static class JoinedConstraints
{
    /// <summary>The same, with all on the text made one: apart they would not know of each other's tokens.</summary>
    public static IReadOnlyList<IConstraint> Of(IReadOnlyList<IConstraint> constraints)
    {
        List<TextConstraint> texts = [.. constraints.OfType<TextConstraint>()];
        return texts.Count < 2 ? constraints : [.. constraints.Except(texts), new AllOf(texts)];
    }
}
