namespace DecodeAlign.Models;

/// <summary>The tokens of a GGUF file, and which of them end a text.</summary>
internal static class GgufTokens
{
    // beside those that fields name, llama.cpp ends a text at a control token of these texts
    private static readonly HashSet<string> Ends = new(StringComparer.Ordinal) { "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|eom_id|>", "<EOT>", "<|end_of_text|>", "<|eot|>" };

    public static IReadOnlyList<int> EndIds(GgufFields fields, int rows)
    {
        var ids = new SortedSet<int>();
        foreach (var role in (string[])["eos", "eot", "eom"])
            if (fields.FindInt($"tokenizer.ggml.{role}_token_id", 0, int.MaxValue) is { } id && id < rows) ids.Add(id);
        var (tokens, kinds) = (fields.FindTexts("tokenizer.ggml.tokens") ?? [], fields.FindInts("tokenizer.ggml.token_type"));
        for (var id = 0; id < Math.Min(tokens.Length, rows); id++)
            if (Ends.Contains(tokens[id]) && (kinds is null || id >= kinds.Length || kinds[id] == (long)PieceKind.Control)) ids.Add(id);
        return [.. ids];
    }

    /// <summary>The text of a special token such as <c>bos</c>; null: there is none.</summary>
    public static string? Special(GgufFields fields, string role) =>
        fields.FindInt($"tokenizer.ggml.{role}_token_id", 0, int.MaxValue) is { } id && fields.FindTexts("tokenizer.ggml.tokens") is { } tokens && id < tokens.Length ? tokens[id] : null;
}
