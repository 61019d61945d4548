using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>Forced tokens that are read together leave what trained models write as it is, bit for bit; forced text takes fewer passes still.</summary>
public class ForcedTokensOnModelsTests
{
    private static readonly JsonSchema Schema = new("""{"type":"object","properties":{"character_name":{"type":"string","maxLength":12},"favourite_animal":{"enum":["elephant","hippopotamus"]},"is_happy":{"type":"boolean"}},"required":["character_name","favourite_animal","is_happy"]}""", options: new() { WhiteSpace = JsonWhiteSpace.Compact });

    [Fact]
    public async Task GenerateAsync_Forced_WritesTheSame()
    {
        await using var model = await CpuModel.LoadAsync(EmbeddedModel.Folder, new() { Threads = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        var passes = new Dictionary<string, long>();
        foreach (var decoder in new[] { Decoders.Greedy, Decoders.Sample(), Decoders.Beam(3) })
            foreach (var jumps in new[] { false, true })
            {
                var request = new DecodingRequest { Prompt = "One day, a boy went to the park.", Decoder = decoder, MaxTokens = 120, Constraints = [jumps ? new JumpForward(Schema) : Schema] };
                var one = await RunAsync(request with { Savings = SavingsOptions.All with { Forced = false } });
                var all = await RunAsync(request);
                Assert.Equal(one.Answers.Select(answer => (string.Join(',', answer.Ids), answer.LogProbability, string.Join(',', answer.MaskLoss!), string.Join(',', answer.Forced))),
                    all.Answers.Select(answer => (string.Join(',', answer.Ids), answer.LogProbability, string.Join(',', answer.MaskLoss!), string.Join(',', answer.Forced))));
                Assert.All(all.Answers, answer => Assert.True(Schema.IsMetBy(answer.Text), answer.Text));
                Assert.InRange(all.Statistics.TokenEvaluations, 1, one.Statistics.TokenEvaluations);
                Assert.InRange(all.Statistics.BatchedPasses, 1, one.Statistics.BatchedPasses);
                passes[$"{decoder.Name} {jumps}"] = all.Statistics.BatchedPasses;
                TestContext.Current.TestOutputHelper?.WriteLine($"{decoder.Name}, jumps {jumps}: {all.Answer.Ids.Count} tokens, {one.Statistics.BatchedPasses} passes, {all.Statistics.BatchedPasses} forced; {all.Answer.LogProbability:0.00}: {all.Answer.Text}");
            }
        Assert.InRange(passes["greedy True"], 1, passes["greedy False"] - 1);

        Task<DecodingResult> RunAsync(DecodingRequest request) => new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken);
    }
}
