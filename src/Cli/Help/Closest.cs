namespace DecodeAlign.Cli;

/// <summary>Finds what was probably meant.</summary>
internal static class Closest
{
    private const int LongestWord = 64;

    /// <summary>" Did you mean 'deal'?" with a space before it; nothing where no name is near.</summary>
    public static string Hint(string word, IEnumerable<string> names) => To(word, names) is { } name ? $" Did you mean {name}?" : "";

    /// <summary>The name that takes the fewest changes of letters, swaps of neighbours counted as one: at most a third of its own; or the only one that begins so. Null: none.</summary>
    public static string? To(string word, IEnumerable<string> names)
    {
        if (word.Length is 0 or > LongestWord) return null;
        var known = names.ToList();
        var near = known.Select(name => (Name: name, Changes: Distance(word.ToUpperInvariant(), name.ToUpperInvariant()))).Where(pair => pair.Changes <= Math.Max(1, pair.Name.TrimStart('-').Length / 3)).ToList();
        if (near.Count > 0) return near.MinBy(pair => pair.Changes).Name;
        var begun = known.Where(name => word.TrimStart('-').Length > 1 && name.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return begun.Count == 1 ? begun[0] : null;
    }

    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(changed, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        return rows[a.Length, b.Length];
    }
}
