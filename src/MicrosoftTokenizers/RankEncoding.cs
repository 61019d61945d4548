namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>What a rank file leaves out: how a text is cut into words, and the control tokens. Immutable.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Ranks">How many tokens a rank file of it has: by this it is known.</param>
/// <param name="Pattern">A regular expression, as tiktoken writes them; tokens never cross from one of its matches into the next.</param>
/// <param name="SpecialTokens">Control tokens and their ids, from <paramref name="Ranks"/> on.</param>
public sealed record RankEncoding(string Name, int Ranks, string Pattern, IReadOnlyDictionary<string, int> SpecialTokens)
{
    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Gpt4Pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Gpt4oPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The control token that begins every text; null (default): none does.</summary>
    public string? Begin { get; init; }

    /// <summary>GPT-2 and GPT-3.</summary>
    public static RankEncoding R50k { get; } = new("r50k_base", 50256, Gpt2Pattern, new Dictionary<string, int> { ["<|endoftext|>"] = 50256 });

    /// <summary>GPT-3.5 and GPT-4.</summary>
    public static RankEncoding Cl100k { get; } = new("cl100k_base", 100256, Gpt4Pattern, new Dictionary<string, int>
    {
        ["<|endoftext|>"] = 100257,
        ["<|fim_prefix|>"] = 100258,
        ["<|fim_middle|>"] = 100259,
        ["<|fim_suffix|>"] = 100260,
        ["<|endofprompt|>"] = 100276,
    });

    /// <summary>GPT-4o.</summary>
    public static RankEncoding O200k { get; } = new("o200k_base", 199998, Gpt4oPattern, new Dictionary<string, int> { ["<|endoftext|>"] = 199999, ["<|endofprompt|>"] = 200018 });

    /// <summary>Llama 3, whose original <c>tokenizer.model</c> is a rank file; control tokens by the names of Llama 3.1.</summary>
    public static RankEncoding Llama3 { get; } = new("llama3", 128000, Gpt4Pattern, Llama3Tokens()) { Begin = "<|begin_of_text|>" };

    internal static RankEncoding[] Known { get; } = [R50k, Cl100k, O200k, Llama3];

    private static Dictionary<string, int> Llama3Tokens()
    {
        string[] first =
        [
            "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|finetune_right_pad_id|>", "<|reserved_special_token_2|>",
            "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>", "<|python_tag|>",
        ];
        var tokens = first.Select((name, index) => (Name: name, Id: 128000 + index)).ToDictionary(token => token.Name, token => token.Id);
        for (var index = 3; tokens.Count < 256; index++) tokens.Add($"<|reserved_special_token_{index}|>", 128000 + tokens.Count);
        return tokens;
    }
}
