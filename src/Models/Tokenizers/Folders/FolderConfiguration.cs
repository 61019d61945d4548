namespace DecodeAlign.Models;

/// <summary>What tokenizer_config.json, special_tokens_map.json and added_tokens.json beside a tokenizer's own files say.</summary>
internal sealed class FolderConfiguration
{
    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private readonly JsonField? _config;
    private readonly JsonField? _specialMap;
    private readonly JsonField? _added;

    private FolderConfiguration(JsonField? config, JsonField? specialMap, JsonField? added) =>
        (_config, _specialMap, _added) = (config, specialMap, added);

    /// <summary>Name of the tokenizer's class without "Fast", or empty.</summary>
    public string ClassName => _config?.Optional("tokenizer_class")?.AsString() is { } name
        ? name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name : "";

    /// <summary>Whether parts after added tokens are treated as texts of their own; null without a tokenizer_config.json, true where that does not say.</summary>
    public bool? Legacy => _config is { } config ? config.Boolean("legacy", true) : null;

    public bool? AddPrefixSpace => _config?.Optional("add_prefix_space")?.AsBoolean();

    /// <summary>A flag of tokenizer_config.json.</summary>
    public bool Flag(string name, bool absent) => _config?.Optional(name)?.AsBoolean() ?? absent;

    /// <summary>Reads what there is in a folder.</summary>
    /// <exception cref="ModelFormatException">A file is not valid JSON.</exception>
    public static FolderConfiguration Read(string folder)
    {
        return new(Optional("tokenizer_config.json"), Optional("special_tokens_map.json"), Optional("added_tokens.json"));

        JsonField? Optional(string name) => Path.Combine(folder, name) is var file && File.Exists(file) ? TokenizerFile.ReadJson(file) : null;
    }

    /// <summary>The text of a special token such as "bos_token", or null.</summary>
    public string? SpecialToken(string role) => (_config?.Optional(role) ?? _specialMap?.Optional(role)) is { } field ? Content(field) : null;

    /// <summary>Added and special tokens; those that the vocabulary lacks are added to it.</summary>
    public List<AddedToken> AddedTokens(Vocabulary vocabulary)
    {
        var special = SpecialContents();
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var (name, field) in _config?.Optional("added_tokens_decoder")?.Members() ?? [])
        {
            if (!long.TryParse(name, System.Globalization.CultureInfo.InvariantCulture, out var id)) throw field.Error("is not an id");
            var token = AddedTokenReader.Read(field, id, vocabulary);
            tokens[token.Content] = token;
        }
        foreach (var (content, field) in _added?.Members() ?? [])
        {
            if (tokens.ContainsKey(content)) continue;
            if (vocabulary.Id(content) < 0 && vocabulary.TryAdd(content, field.AsInt32()) is { } problem) throw field.Error(problem);
            tokens[content] = new(content, vocabulary.Id(content)) { Special = special.Contains(content), Normalized = !special.Contains(content) };
        }
        foreach (var content in special)
        {
            if (vocabulary.Id(content) is not (>= 0 and var id)) continue;
            tokens[content] = (tokens.TryGetValue(content, out var token) ? token : new(content, id)) with { Special = true };
        }
        return [.. tokens.Values];
    }

    /// <summary>What "add_bos_token" and "add_eos_token" put around a text.</summary>
    /// <param name="vocabulary">Where the tokens are.</param>
    /// <param name="beginByDefault">What counts where "add_bos_token" is absent.</param>
    public TokenTemplate Template(Vocabulary vocabulary, bool beginByDefault)
    {
        if (ClassName == "T5Tokenizer") return new([], Ids("eos_token", true));
        return new(Ids("bos_token", Flag("add_bos_token", beginByDefault)), Ids("eos_token", Flag("add_eos_token", false)));

        bool Flag(string name, bool absent) => _config?.Boolean(name, absent) ?? absent;
        int[] Ids(string role, bool wanted) => wanted && vocabulary.Id(SpecialToken(role) ?? DefaultToken(role)) is >= 0 and var id ? [id] : [];
    }

    /// <summary>Whether the configuration says itself what goes around a text.</summary>
    public bool SaysTemplate => _config?.Has("add_bos_token") == true || _config?.Has("add_eos_token") == true;

    private static string DefaultToken(string role) => role == "bos_token" ? "<s>" : "</s>";

    private HashSet<string> SpecialContents()
    {
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in (JsonField?[])[_config, _specialMap])
        {
            foreach (var role in Roles)
                if (file?.Optional(role) is { } field && Content(field) is { Length: > 0 } content) contents.Add(content);
            foreach (var field in file?.Optional("additional_special_tokens")?.Items() ?? [])
                if (Content(field) is { Length: > 0 } content) contents.Add(content);
        }
        return contents;
    }

    private static string? Content(JsonField field) =>
        field.Element.ValueKind == System.Text.Json.JsonValueKind.String ? field.AsString() : field.Optional("content")?.AsString();
}
