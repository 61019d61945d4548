using System.Diagnostics.CodeAnalysis;

namespace DecodeAlign.Models;

/// <summary>A model's name on the Hugging Face hub: <c>ORG/NAME</c>, or <c>ORG/NAME@REVISION</c> for a branch, a tag or a commit.</summary>
/// <param name="Organization">Who it is by.</param>
/// <param name="Name">Its own name.</param>
/// <param name="Revision">Branch, tag or commit; <c>main</c> where none is named.</param>
public sealed record HubModelId(string Organization, string Name, string Revision = HubModelId.DefaultRevision)
{
    /// <summary>The branch that is taken where none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary><c>ORG/NAME</c>.</summary>
    public string Repository => $"{Organization}/{Name}";

    /// <summary>Reads a name.</summary>
    /// <param name="text">The text.</param>
    /// <param name="id">The name; null where the text is none.</param>
    /// <returns>Whether the text has the form of a name. A path with one separator may have it too: look for the path first.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out HubModelId? id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        var (repository, revision) = at < 0 ? (text, DefaultRevision) : (text[..at], text[(at + 1)..]);
        if (repository.Split('/') is not [var organization, var name] || !IsName(organization) || !IsName(name) || !IsRevision(revision)) return false;
        id = new(organization, name, revision);
        return true;
    }

    /// <summary>The name as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Revision == DefaultRevision ? Repository : $"{Repository}@{Revision}";

    internal static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);

    // the hub's own rules; they also keep names from leading out of a folder
    private static bool IsName(string text) => text.Length is > 0 and <= 96 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(text[0]) && text[^1] is not ('-' or '.') && !text.Contains("--", StringComparison.Ordinal) && !text.Contains("..", StringComparison.Ordinal);

    private static bool IsRevision(string text) => text.Length is > 0 and <= 128 && text.Split('/').All(part => part.Length > 0 && part[0] != '.' && part[^1] != '.')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') && !text.Contains("..", StringComparison.Ordinal);
}
