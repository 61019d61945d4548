using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Learned rewards on the engine: random weights of each family with a score head, against the double-precision pass over the whole text.</summary>
public class LearnedRewardTests
{
    private const int Vocabulary = 101;

    private static readonly Dictionary<string, (TransformerDescription Description, bool Biases)> Families = new()
    {
        ["llama"] = (Descriptions.Llama, false),
        ["qwen2"] = (Descriptions.Llama with { Rope = new() { Theta = 1e6 } }, true),
        ["mistral"] = (Descriptions.Llama with { SlidingWindow = 7 }, false),
        ["gpt2"] = (Descriptions.Gpt2, true),
    };

    public static TheoryData<string, int, bool> Cases => new(
        from family in Families.Keys from outputs in new[] { 1, 10 } from sameTokenizer in new[] { true, false } select (family, outputs, sameTokenizer));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Generate_RandomWeights_EveryAnswerScoresAsAnIndependentPass(string family, int outputs, bool sameTokenizer)
    {
        var (description, biases) = Families[family];
        var weights = new RandomWeights(description with { RewardCount = outputs, TiedEmbeddings = false }, 5, biases);
        var tokenizer = new LetterTokenizer(Vocabulary, pairs: !sameTokenizer);
        await using var rewardModel = new EngineModel(CpuEngine(weights, tokenizer), tokenizer);
        var letters = new LetterTokenizer(Vocabulary);
        await using var model = new EngineModel(CpuEngine(new RandomWeights(Descriptions.Llama, 1), letters), letters);
        var rewards = new RewardModel(rewardModel);
        int[] chosen = outputs == 1 ? [0] : [4, 9];

        var prompt = letters.Decode([7, 100, 4, 9, 60]);
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = prompt,
            Heuristics = [.. chosen.Select(output => new WeightedHeuristic(rewards.Output($"{output}"), output == 9 ? -0.5 : 1))],
        }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 4, lambda: 3) with { MaxTokens = 10 }));

        var reference = new ReferenceTransformer(weights);
        foreach (var answer in result.Answers)
        {
            var expected = reference.Run(tokenizer.Encode(prompt + GeneratedText.Decode(letters, [.. answer.Ids])));
            for (var i = 0; i < chosen.Length; i++) Assert.Equal(expected[chosen[i]], answer.Heuristics[i].Value, 1e-4);
        }
    }

    private static Cpu.CpuEngine CpuEngine(RandomWeights weights, LetterTokenizer tokenizer) => Cpu.CpuEngine.Load(weights, new() { Threads = 1, KvBudgetBytes = 1 << 26 }, tokenizer.Fingerprint);
}
