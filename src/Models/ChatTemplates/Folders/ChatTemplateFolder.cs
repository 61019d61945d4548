using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DecodeAlign.Models.ChatTemplates;

/// <summary>
/// The chat templates and special tokens of a model folder as Hugging Face lays it out: <c>chat_template.jinja</c> and
/// <c>additional_chat_templates/*.jinja</c>, or <c>chat_template</c> in <c>tokenizer_config.json</c> (one text, or a list
/// of named ones), or <c>chat_template.json</c>; or those of a GGUF file. Immutable and safe to share.
/// </summary>
public sealed class ChatTemplateFolder
{
    /// <summary>The name of the template for plain conversations.</summary>
    public const string DefaultName = "default";

    /// <summary>The name of the template that is taken when tools are given, where the folder has it.</summary>
    public const string ToolUseName = "tool_use";

    private const string ConfigFile = "tokenizer_config.json";
    private const string ProcessorFile = "chat_template.json";
    private const string MapFile = "special_tokens_map.json";

    private ChatTemplateFolder(IReadOnlyDictionary<string, ChatTemplate> templates, SpecialTokens specialTokens)
    {
        Templates = templates;
        SpecialTokens = specialTokens;
    }

    /// <summary>The templates by name; empty where the folder has none.</summary>
    public IReadOnlyDictionary<string, ChatTemplate> Templates { get; }

    /// <summary>The special tokens that the folder's tokenizer files name.</summary>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>Reads a folder; files it does not have are passed over.</summary>
    /// <param name="folder">The path of the folder or of the GGUF file.</param>
    /// <param name="options">Limits and surroundings for the templates; null for the defaults.</param>
    /// <returns>What the folder holds.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">A file is no valid JSON, too long, or not of the expected shape; the message names it.</exception>
    /// <exception cref="ChatTemplateException">A template can't be parsed.</exception>
    public static ChatTemplateFolder Load(string folder, ChatTemplateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        options ??= ChatTemplateOptions.Default;
        if (GgufFile.IsNamed(folder)) return LoadGguf(folder, options);
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"There is no folder '{folder}'.");
        var sources = new Dictionary<string, (string Source, string Name)>(StringComparer.Ordinal);
        using var config = JsonFiles.Read(Path.Combine(folder, ConfigFile));
        using var processor = JsonFiles.Read(Path.Combine(folder, ProcessorFile));
        using var map = JsonFiles.Read(Path.Combine(folder, MapFile));
        AddNamed(sources, config, ConfigFile);
        AddNamed(sources, processor, ProcessorFile);
        AddFiles(sources, folder, options);
        var templates = sources.ToDictionary(
            pair => pair.Key, pair => ChatTemplate.Parse(pair.Value.Source, pair.Value.Name, options), StringComparer.Ordinal);
        return new ChatTemplateFolder(templates, JsonFiles.ReadTexts(MapFile, () => SpecialTokensReader.Read(map?.RootElement, config?.RootElement)));
    }

    /// <summary>The template for a conversation: <c>tool_use</c> when there are tools and the folder has it, else <c>default</c>.</summary>
    /// <param name="name">A name to take instead; null to choose as above.</param>
    /// <param name="withTools">Whether the conversation has tools.</param>
    /// <returns>The template.</returns>
    /// <exception cref="KeyNotFoundException">The folder has no such template; the message lists those it has.</exception>
    public ChatTemplate Select(string? name = null, bool withTools = false)
    {
        var wanted = name ?? (withTools && Templates.ContainsKey(ToolUseName) ? ToolUseName : DefaultName);
        if (Templates.TryGetValue(wanted, out var template)) return template;
        throw new KeyNotFoundException(Templates.Count == 0
            ? "The folder has no chat template: neither chat_template.jinja nor chat_template in tokenizer_config.json."
            : $"The folder has no chat template '{wanted}'; it has {string.Join(", ", Templates.Keys.Order(StringComparer.Ordinal))}.");
    }

    /// <summary>Whether there is a template for plain conversations.</summary>
    public bool HasDefault => Templates.ContainsKey(DefaultName);

    /// <summary>A question and its answer as the default template writes them.</summary>
    /// <param name="question">What the user says.</param>
    /// <param name="answer">What the assistant answers.</param>
    /// <exception cref="KeyNotFoundException">There is no default template.</exception>
    /// <exception cref="ChatTemplateException">The template fails.</exception>
    public string RenderExchange(string question, string answer)
    {
        using var messages = JsonDocument.Parse(new JsonArray(Message("user", question), Message("assistant", answer)).ToJsonString());
        return Select().Render(new ChatTemplateInput { Messages = messages.RootElement, SpecialTokens = SpecialTokens });
    }

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static ChatTemplateFolder LoadGguf(string path, ChatTemplateOptions options)
    {
        const string field = "tokenizer.chat_template";
        using var file = GgufFile.Open(path);
        var templates = new Dictionary<string, ChatTemplate>(StringComparer.Ordinal);
        foreach (var name in (string[])[DefaultName, .. file.Fields.FindTexts("tokenizer.chat_templates") ?? []])
            if (file.Fields.FindText(name == DefaultName ? field : $"{field}.{name}") is { } source) templates[name] = ChatTemplate.Parse(source, $"{Path.GetFileName(path)}, {field}", options);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (role, name) in (KeyValuePair<string, string>[])[new("bos", "bos_token"), new("eos", "eos_token"), new("unknown", "unk_token"), new("padding", "pad_token")])
            if (GgufTokens.Special(file.Fields, role) is { } text) texts[name] = text;
        return new(templates, new SpecialTokens(texts, []));
    }

    private static void AddNamed(Dictionary<string, (string Source, string Name)> sources, JsonDocument? document, string file)
    {
        if (document is not null) JsonFiles.ReadTexts(file, () => AddNamed(sources, document.RootElement, file));
    }

    private static bool AddNamed(Dictionary<string, (string Source, string Name)> sources, JsonElement root, string file)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{file}: expected a JSON object.");
        if (!root.TryGetProperty("chat_template", out var value) || value.ValueKind == JsonValueKind.Null) return false;
        if (value.ValueKind == JsonValueKind.String) sources[DefaultName] = (value.GetString()!, file);
        else if (value.ValueKind == JsonValueKind.Array)
            foreach (var entry in value.EnumerateArray())
                sources[Text(entry, "name", file)] = (Text(entry, "template", file), $"{file} ({Text(entry, "name", file)})");
        else if (value.ValueKind == JsonValueKind.Object)
            foreach (var entry in value.EnumerateObject())
                sources[entry.Name] = (Text(value, entry.Name, file), $"{file} ({entry.Name})");
        else throw new InvalidDataException($"{file}: chat_template must be a string or a list of named templates.");
        return true;
    }

    private static void AddFiles(Dictionary<string, (string Source, string Name)> sources, string folder, ChatTemplateOptions options)
    {
        var single = Path.Combine(folder, "chat_template.jinja");
        if (File.Exists(single)) sources[DefaultName] = (ReadText(single, options), "chat_template.jinja");
        var more = Path.Combine(folder, "additional_chat_templates");
        if (!Directory.Exists(more)) return;
        foreach (var file in Directory.EnumerateFiles(more, "*.jinja").Order(StringComparer.Ordinal))
            sources[Path.GetFileNameWithoutExtension(file)] = (ReadText(file, options), Path.GetFileName(file));
    }

    private static string Text(JsonElement entry, string field, string file) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : throw new InvalidDataException($"{file}: an entry of chat_template has no text '{field}'.");

    private static string ReadText(string path, ChatTemplateOptions options)
    {
        // UTF-8 takes at most four bytes a character
        if (new FileInfo(path).Length > options.MaxSourceLength * 4L)
            throw new InvalidDataException($"{Path.GetFileName(path)}: longer than {options.MaxSourceLength} characters.");
        return File.ReadAllText(path, Encoding.UTF8);
    }
}
