namespace DecodeAlign.Constraints;

/// <summary>Texts of the user's in names and messages.</summary>
internal static class Short
{
    private const int Most = 60;

    /// <summary>The text in quotes, cut where it is long.</summary>
    public static string Of(string text) => $"'{(text.Length <= Most ? text : text[..(Most - 1)] + "…")}'";
}
