using System.Text.Json;

namespace DecodeAlign.Models;

/// <summary>The content of a tokenizer.json: its large lists read straight into their own form, the rest as JSON.</summary>
internal sealed class TokenizerJsonDocument
{
    private static readonly HashSet<string> Lists = ["vocab", "merges"];
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _modelMembers = new(StringComparer.Ordinal);
    private readonly string _file;

    private TokenizerJsonDocument(string file) => _file = file;

    /// <summary>The model's pieces by id.</summary>
    public Vocabulary Vocabulary { get; } = new();

    /// <summary>Unigram's log-probabilities by id, or null where the vocabulary has none.</summary>
    public List<double>? Scores { get; private set; }

    /// <summary>The merges as their two pieces.</summary>
    public List<(string Left, string Right)> Merges { get; } = [];

    public static TokenizerJsonDocument Read(string file) => TokenizerFile.Guard(file, () =>
    {
        var document = new TokenizerJsonDocument(file);
        var bytes = TokenizerFile.ReadBytes(file);
        var reader = new Utf8JsonReader(PythonJson.Quoted(TokenizerFile.WithoutBom(bytes)).Span, TokenizerFile.ReaderOptions);
        reader.Read();
        document.ReadMembers(ref reader, "", document._members);
        reader.Read();
        return document;
    });

    /// <summary>A member of the file, or null where it is absent or null.</summary>
    public JsonField? Member(string name) =>
        _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonField(_file, name, value) : null;

    /// <summary>A member of the file's "model", or null where it is absent or null.</summary>
    public JsonField? ModelMember(string name) =>
        _modelMembers.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? new JsonField(_file, "model." + name, value) : null;

    public ModelFormatException Error(string message) => new(_file, null, message);

    private void ReadMembers(ref Utf8JsonReader reader, string path, Dictionary<string, JsonElement> members)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Error($"{(path.Length == 0 ? "" : path + ": ")}is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (path.Length == 0 && name == "model") ReadMembers(ref reader, "model", _modelMembers);
            else if (path == "model" && Lists.Contains(name)) ReadList(ref reader, name);
            else members[name] = JsonElement.ParseValue(ref reader);
        }
    }

    private void ReadList(ref Utf8JsonReader reader, string name)
    {
        if (name == "merges" && reader.TokenType == JsonTokenType.StartArray) ReadMerges(ref reader);
        else if (name == "vocab" && reader.TokenType == JsonTokenType.StartObject) VocabularyJson.Read(ref reader, Vocabulary, message => Error("model.vocab: " + message));
        else if (name == "vocab" && reader.TokenType == JsonTokenType.StartArray) ReadScoredVocabulary(ref reader);
        else throw Error($"model.{name}: is not a list");
    }

    private void ReadScoredVocabulary(ref Utf8JsonReader reader)
    {
        Scores = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            var piece = NextString(ref reader, "model.vocab");
            if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var score) || !double.IsFinite(score))
                throw Error($"model.vocab: the score of \"{Vocabulary.Shorten(piece)}\" is not a finite number");
            Add(piece, Scores.Count);
            Scores.Add(score);
            EndArray(ref reader, "model.vocab");
        }
        if (reader.TokenType != JsonTokenType.EndArray) throw Error("model.vocab: an entry is not [piece, score]");
    }

    private void ReadMerges(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (Merges.Count == Vocabulary.MaxSize) throw Error($"model.merges: more than {Vocabulary.MaxSize}");
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                Merges.Add((NextString(ref reader, "model.merges"), NextString(ref reader, "model.merges")));
                EndArray(ref reader, "model.merges");
                continue;
            }
            if (reader.TokenType != JsonTokenType.String) throw Error($"model.merges[{Merges.Count}]: is neither \"a b\" nor [\"a\", \"b\"]");
            Merges.Add(MergeRules.Split(reader.GetString()!) ?? throw Error($"model.merges[{Merges.Count}]: is not two pieces with a space between"));
        }
    }

    private string NextString(ref Utf8JsonReader reader, string path) =>
        reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw Error($"{path}: an entry's piece is not a string");

    private void EndArray(ref Utf8JsonReader reader, string path)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.EndArray) throw Error($"{path}: an entry has more than two items");
    }

    private void Add(string piece, long id)
    {
        if (Vocabulary.TryAdd(piece, id) is { } problem) throw Error($"model.vocab: {problem}");
    }
}
