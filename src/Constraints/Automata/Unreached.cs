using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Says why no text of a vocabulary meets a constraint.</summary>
internal static class Unreached
{
    private const int MostNamed = 8;

    /// <summary>Names the bytes without which no text matches and which no token holds; where there are none, says that tokens can't be put together so.</summary>
    public static string Describe(TextRules rules, ITokenizer tokenizer, ModelFacts model)
    {
        var held = new bool[256];
        for (var id = 0; id < tokenizer.VocabularySize && id < model.VocabularySize; id++)
            foreach (var value in tokenizer.TokenBytes(id)) held[value] = true;
        var missing = Enumerable.Range(0, 256).Where(value => !held[value]).Select(value => (byte)value).Where(value => IsNeeded(rules.Pattern!, value)).ToList();
        return missing.Count == 0
            ? "no tokens of this vocabulary make a text that meets all of it at once"
            : $"it needs {string.Join(", ", missing.Take(MostNamed).Select(Name))}, which no token of this vocabulary holds";
    }

    /// <summary>A byte as people read it.</summary>
    public static string Name(byte value) => value is > 0x20 and < 0x7F ? $"'{(char)value}'" : $"the byte 0x{value:X2}";

    private static bool IsNeeded(Dfa pattern, byte without)
    {
        var seen = new bool[pattern.Count];
        var open = new Stack<int>([pattern.Start]);
        seen[pattern.Start] = true;
        while (open.TryPop(out var state))
        {
            if (pattern.IsFinal(state)) return false;
            for (var value = 0; value < 256; value++)
            {
                var target = value == without ? -1 : pattern.Step(state, (byte)value);
                if (target < 0 || seen[target]) continue;
                seen[target] = true;
                open.Push(target);
            }
        }
        return true;
    }
}
