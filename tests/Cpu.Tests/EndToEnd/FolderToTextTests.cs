using System.Text.Json;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>From text to text on real weights: folder, tokenizer, engine, scheduler, search.</summary>
public class FolderToTextTests
{
    [Fact]
    public async Task Greedy_TinyStories656K_WritesTheReferenceText()
    {
        var folder = SharedData.Require("models/TinyStories-656K");
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "reference.json")));
        await using var model = await CpuModel.LoadAsync(folder);
        foreach (var entry in json.RootElement.GetProperty("cases").EnumerateObject())
        {
            var expected = entry.Value.GetProperty("greedy_new_ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest
            {
                Prompt = entry.Value.GetProperty("prompt").GetString() ?? "",
            }.With(SearchSetup.Greedy with { MaxTokens = expected.Length }), TestContext.Current.CancellationToken);

            Assert.Equal(expected, result.Answer.Ids);
            Assert.Equal(expected[^1] == 2 ? FinishReason.Eos : FinishReason.Length, result.Answer.FinishReason);
            Assert.Equal(entry.Value.GetProperty("greedy_logprob_of_argmax").EnumerateArray().Sum(p => p.GetDouble()), result.Answer.LogProbability, 1e-3);
        }
    }
}
