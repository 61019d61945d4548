namespace DecodeAlign.Tests;

/// <summary>Random regular expressions that .NET and our dialect read alike.</summary>
internal static class RandomRegex
{
    private static readonly string[] Atoms = ["f", "o", "x", "a", "b", " ", "é", ".", "[a-f]", "[^x]", @"\.", "fox", "[xé ]", "[^a-z]", " fox"];

    public static string Next(Random random, int depth)
    {
        if (depth == 0) return random.GetItems(Atoms, 1)[0];
        return random.Next(6) switch
        {
            0 => $"(?:{Next(random, depth - 1)}|{Next(random, depth - 1)})",
            1 => $"(?:{Next(random, depth - 1)}){random.GetItems(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"], 1)[0]}",
            2 => $"(?:{random.GetItems(Atoms, 1)[0]})*",
            _ => Next(random, depth - 1) + Next(random, depth - 1),
        };
    }
}
