namespace DecodeAlign.Constraints;

/// <summary>Something that a value may have to be valid against. Nodes with one key mean the same.</summary>
/// <param name="Key">Tells nodes apart.</param>
internal abstract record SchemaNode(string Key)
{
    /// <summary>Where the schema stands, for people.</summary>
    public virtual string Path => "#";
}

/// <summary>A schema of the document.</summary>
internal sealed record PlaceNode(SchemaPlace Place) : SchemaNode($"{Place.Path.Length}{Place.Path}")
{
    public override string Path => Place.Path;
}

/// <summary>What is not valid against another node.</summary>
internal sealed record NotNode(SchemaNode Node) : SchemaNode($"!({Node.Key})")
{
    public override string Path => Node.Path;
}

/// <summary>Valid against all of several.</summary>
internal sealed record AllNode(IReadOnlyList<SchemaNode> Nodes) : SchemaNode(KeyOf(Nodes))
{
    public override string Path => Nodes.Count == 0 ? "#" : Nodes[0].Path;

    public static string KeyOf(IReadOnlyList<SchemaNode> nodes) => $"[{string.Join('&', nodes.Select(node => node.Key).Distinct().Order(StringComparer.Ordinal))}]";
}

/// <summary>No value at all.</summary>
internal sealed record NoNode() : SchemaNode("false");
