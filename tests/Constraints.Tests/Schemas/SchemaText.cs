using System.Text;
using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

/// <summary>Reads whole texts under a schema's masks, a byte a token.</summary>
internal static class SchemaText
{
    public static ByteTokenizer Bytes { get; } = new([[], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })]);

    /// <summary>Whether every byte is allowed after those before it, and the text may end.</summary>
    public static bool IsTaken(JsonSchema schema, string text, int maxTokens = 100_000)
    {
        var context = Generation.Context(Bytes, "", maxTokens, 0);
        using var session = schema.Open(context);
        var (node, left) = (context.Root, maxTokens);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            var mask = new DecodeAlign.Decoding.TokenMask(Bytes.VocabularySize, allowed: true);
            session.Restrict(node, left--, mask);
            if (!mask[value + 1]) return false;
            node = context.Tree.Append(node, value + 1);
        }
        return session.Accepts(node);
    }

    /// <summary>Texts apart by <c>¦</c>, each taken, or none.</summary>
    public static void Check(JsonSchema schema, string taken, string other)
    {
        foreach (var text in taken.Split('¦')) Assert.True(IsTaken(schema, text), $"not taken: {text}");
        foreach (var text in other.Split('¦')) Assert.False(IsTaken(schema, text), $"taken: {text}");
    }
}
