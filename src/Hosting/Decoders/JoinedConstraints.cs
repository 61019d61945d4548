using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>Joins the constraints of several sources.</summary>
internal static class JoinedConstraints
{
    private static readonly RegexMatch Anything = new(@"[\s\S]*");

    /// <summary>The same, with all on the text made one: apart they would not know of each other's tokens.</summary>
    public static IReadOnlyList<IConstraint> Of(IReadOnlyList<IConstraint> constraints, CancellationToken cancellationToken = default)
    {
        List<TextConstraint> texts = [.. constraints.OfType<TextConstraint>()];
        return texts.Count < 2 ? constraints : [.. constraints.Except(texts), new AllOf(texts, cancellationToken)];
    }

    /// <summary>The same, all on the text after a marker that stands within so many tokens; a null marker: from the beginning.</summary>
    public static IReadOnlyList<IConstraint> Of(IReadOnlyList<IConstraint> constraints, string? marker, int? mostTokens, CancellationToken cancellationToken)
    {
        var joined = Of(constraints, cancellationToken);
        if (marker is null) return joined;
        var text = joined.OfType<TextConstraint>().SingleOrDefault();
        return [.. joined.Where(constraint => constraint != text), new AfterMarker(marker, text ?? Anything, mostTokens)];
    }
}
