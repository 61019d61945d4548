namespace DecodeAlign.Decoding;

/// <summary>The tokens generated before a node, read where they are wanted.</summary>
/// <param name="Tree">The tree.</param>
/// <param name="Root">The prompt's last node.</param>
/// <param name="Node">The node.</param>
internal readonly record struct GeneratedPath(TokenTree Tree, int Root, int Node)
{
    public int[] Read() => Tree.Path(Root, Node);
}
