using System.Text.Json;
using DecodeAlign.Models;

namespace DecodeAlign.Tests.Tokenizers;

/// <summary>Random texts through made tokenizers with every normalizer, pre-tokenizer and model: the ids that Hugging Face's own library gives. More of both run in tests/HuggingFace, beside that library.</summary>
public class HuggingFaceCaseTests
{
    private static readonly JsonElement Cases = Load();

    public static TheoryData<string> Made => [.. MadeTokenizers.All.Keys];

    [Theory]
    [MemberData(nameof(Made))]
    public void Encode_RandomTexts_GivesTheIdsOfHuggingFacesLibrary(string name)
    {
        using var folder = new TempFolder();
        var path = folder.File("tokenizer.json");
        File.WriteAllText(path, MadeTokenizers.All[name]().ToJsonString());
        var tokenizer = TokenizerLoader.Load(path);
        var ids = Cases.GetProperty("ids").GetProperty(name);
        var texts = Cases.GetProperty("texts");
        Assert.Equal(texts.GetArrayLength(), ids.GetArrayLength());
        for (var i = 0; i < texts.GetArrayLength(); i++) Assert.Equal(ids[i].Deserialize<int[]>()!, tokenizer.Encode(texts[i].GetString()!));
    }

    private static JsonElement Load()
    {
        using var stream = typeof(HuggingFaceCaseTests).Assembly.GetManifestResourceStream("tokenizers-huggingface.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
