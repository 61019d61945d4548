using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class OpenApiTests
{
    [Fact]
    public async Task Document_DescribesEveryPathAndFieldAndItsPointersLeadSomewhere()
    {
        await using var server = await TestServer.StartAsync();
        var document = JsonElement.Parse(await server.Http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var paths = document.GetProperty("paths");
        foreach (var path in (string[])["/v1/chat/completions", "/v1/completions", "/v1/models", "/decodealign/v1/search", "/decodealign/v1/catalogue"]) Assert.True(paths.TryGetProperty(path, out _), path);
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var request = schemas.GetProperty("ChatCompletionRequest");
        Assert.False(request.GetProperty("additionalProperties").GetBoolean());
        foreach (var field in (string[])["messages", "tools", "response_format", "alignment", "max_completion_tokens", "top_logprobs"]) Assert.True(request.GetProperty("properties").TryGetProperty(field, out _), field);
        var alignment = schemas.GetProperty("Alignment").GetProperty("properties");
        Assert.All(DecoderCatalogue.AllSettings, setting => Assert.StartsWith(setting.Meaning, alignment.GetProperty(setting.Name).GetProperty("description").GetString(), StringComparison.Ordinal));
        Assert.All((string[])["negativePrompt", "guidanceScale", "guides", "baseWeight", "plausibility", "judgeContext", "judgeScore"], key => Assert.True(alignment.TryGetProperty(key, out _), key));
        Assert.False(alignment.TryGetProperty("calibration", out _));
        var pointers = Pointers(document).ToList();
        Assert.Contains("#/components/schemas/Alignment", pointers);
        Assert.All(pointers, pointer => Assert.True(Leads(document, pointer), pointer));
    }

    private static IEnumerable<string> Pointers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : Pointers(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Pointers),
        _ => [],
    };

    private static bool Leads(JsonElement document, string pointer)
    {
        foreach (var part in pointer.Split('/')[1..])
        {
            if (document.ValueKind == JsonValueKind.Array && int.TryParse(part, out var place) && place < document.GetArrayLength()) document = document[place];
            else if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out document)) return false;
        }
        return true;
    }
}
