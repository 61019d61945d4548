using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>Openings of children's stories put together from names, people, animals and places, so that no data is needed. All differ.</summary>
internal static class StoryOpenings
{
    private static readonly string[] Names = ["Lily", "Tom", "Mia", "Ben", "Sara", "Max", "Anna", "Jack", "Lucy", "Sam", "Nora", "Leo", "Ella", "Finn", "Rosa", "Hugo", "Ivy", "Carl", "Molly", "Peter"];
    private static readonly string[] Beings = ["girl", "boy", "fox", "rabbit", "bear", "mouse", "duck", "cat", "dog", "king", "farmer", "frog", "bird", "horse", "baker", "owl"];
    private static readonly string[] Kinds = ["little", "old", "big", "small", "young", "brown", "tall", "quiet"];
    private static readonly string[] Places = ["park", "garden", "forest", "river", "farm", "village", "kitchen", "school", "hill", "lake", "market", "castle", "barn", "beach"];

    private static readonly Func<string, string, string, string, string, string>[] Forms =
    [
        (name, other, being, kind, place) => $"Once upon a time, there was a {kind} {being} named {name}.",
        (name, other, being, kind, place) => $"One day, {name} went to the {place} with a {kind} {being}.",
        (name, other, being, kind, place) => $"A {kind} {being} lived near the {place}.",
        (name, other, being, kind, place) => $"{name} and {other} were in the {place} when a {kind} {being} came by.",
        (name, other, being, kind, place) => $"Every morning, the {kind} {being} walked to the {place}.",
        (name, other, being, kind, place) => $"{name} looked for the {kind} {being} in the {place}.",
    ];

    public static string[] Make(int count)
    {
        var made = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (ulong i = 0; made.Count < count; i++)
        {
            var name = Pick(Names, i, 0);
            var opening = Pick(Forms, i, 5)(name, Pick([.. Names.Where(n => n != name)], i, 1), Pick(Beings, i, 2), Pick(Kinds, i, 3), Pick(Places, i, 4));
            if (seen.Add(opening)) made.Add(opening);
        }
        return [.. made];
    }

    private static T Pick<T>(T[] from, ulong opening, ulong part) => from[(int)(Randomness.Uniform(20_251_020, opening, DrawPurpose.Selection, part) * from.Length)];
}
