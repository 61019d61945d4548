using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Remote;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The managed engine against llama.cpp's server on the same weights.</summary>
public sealed class LlamaServerTests(LlamaServer server) : IClassFixture<LlamaServer>
{
    private static readonly string[] Prompts =
    [
        "Once upon a time", "The little fox", "Tom and Lily went to the", "In a big forest there", "One day, a girl named", "The cat was very", "There was a small boat", "Mia found a red", "The old man had",
        "It was raining and", "Ben liked to play", "A bird sat on", "The sun was hot", "Sam wanted a new", "At the park, the", "The dog saw a", "Lily's mom said", "Every night, the moon", "The rabbit was", "Jack had a toy",
        "In the kitchen, Anna", "A big bear came", "The snow was", "My friend has a",
    ];

    private static readonly WeightedHeuristic Short = new(new TextHeuristic((text, _) => -text.Split(' ').Average(word => word.Length)));

    [Fact]
    public async Task Greedy_OnEveryPrompt_WritesTheEnginesOwnIds()
    {
        await using var pair = await PairAsync();
        foreach (var prompt in Prompts)
        {
            var request = new DecodingRequest { Prompt = prompt, Decoder = Decoders.Greedy, MaxTokens = 120 };
            var (local, remote) = await pair.RunAsync(request);
            Assert.Equal(local.Answer.Ids, remote.Answer.Ids);
        }
    }

    [Fact]
    public async Task Top50_AlongTexts_AreWithinATenThousandthOfANat()
    {
        await using var pair = await PairAsync();
        var largest = 0.0;
        foreach (var prompt in Prompts.Take(4))
        {
            var (local, _) = await pair.RunAsync(new DecodingRequest { Prompt = prompt, Decoder = Decoders.Greedy, MaxTokens = 24 });
            int[] path = [.. pair.Local.Tokenizer.EncodePrompt(prompt), .. local.Answer.Ids];
            var (here, there) = (await TopsAsync(pair.Local, path), await TopsAsync(pair.Remote, path));
            for (var i = 0; i < here.Count; i++)
            {
                var values = there[i].ToDictionary(entry => entry.Token, entry => entry.LogProbability);
                foreach (var (token, value) in here[i].Take(49)) largest = Math.Max(largest, Math.Abs(value - values[token]));
            }
        }
        Tell($"top 50: largest difference {largest:E2} nats");
        Assert.InRange(largest, 0, 1e-4);
    }

    [Theory]
    [InlineData("json", 32)]
    [InlineData("grid-beam", 24)]
    [InlineData("deal", 16)]
    public async Task Search_OnEveryPrompt_WritesTheEnginesOwnText(string search, int tokens)
    {
        await using var pair = await PairAsync();
        var same = 0;
        foreach (var prompt in Prompts)
        {
            var request = Request(search, prompt) with { MaxTokens = tokens };
            var (local, remote) = await pair.RunAsync(request);
            if (local.Answer.Ids.SequenceEqual(remote.Answer.Ids)) same++;
            else Tell($"{search}, \"{prompt}\": parts after {local.Answer.Ids.Zip(remote.Answer.Ids).TakeWhile(two => two.First == two.Second).Count()} tokens; c {local.Answer.Score} and {remote.Answer.Score}");
            if (search == "json") JsonDocument.Parse(remote.Text).Dispose();
            // where the texts part, they are equally good to within what rounding moves
            Assert.Equal(local.Answer.Score, remote.Answer.Score, 1e-2);
        }
        Tell($"{search}: {same} of {Prompts.Length} texts are the same");
        Assert.InRange(same, 0.9 * Prompts.Length, Prompts.Length);
    }

    [Fact]
    public async Task Deal_AsksAtMostTwiceAStep_AndFindsItsPromptsInTheCaches()
    {
        await using var pair = await PairAsync();
        var (requests, steps, prompt, cached) = (0L, 0L, 0L, 0L);
        foreach (var text in Prompts.Take(4))
        {
            var before = pair.Remote.Statistics;
            var result = await new Decoder(pair.Remote).GenerateAsync(Request("deal", text) with { MaxTokens = 60 }, TestContext.Current.CancellationToken);
            var after = pair.Remote.Statistics;
            Assert.InRange(after.Requests - before.Requests, 1, 2 * result.Answer.Ids.Count);
            requests += after.Requests - before.Requests;
            steps += result.Answer.Ids.Count;
            prompt += after.PromptTokens - before.PromptTokens;
            cached += after.CachedTokens - before.CachedTokens;
        }
        Tell($"deal (k 8, l 16, 8 slots): {(double)requests / steps:0.00} requests a step over {steps} steps; {100.0 * cached / prompt:0.0} % of {prompt} prompt tokens cached");
        Assert.InRange((double)cached / prompt, 0.9, 1);
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(0.7, 0, 1)]
    [InlineData(1.3, 12, 1)]
    [InlineData(1, 0, 0.8)]
    public async Task Draws_OfTheServer_FollowTheShapedDistribution(double temperature, int topK, double topP)
    {
        await using var pair = await PairAsync();
        var shape = new Distribution { Temperature = temperature, TopK = topK, TopP = topP };
        const int Draws = 600;
        var tree = new TokenTree();
        var node = tree.AddRoot(pair.Local.Tokenizer.EncodePrompt("The little dog"));
        await using var session = (IContinuationSession)await pair.Remote.OpenAsync(tree, 64, TestContext.Current.CancellationToken);
        var drawn = await session.ContinueAsync(Enumerable.Range(0, Draws).Select(i => new ContinuationRequest { Node = node, Steps = 1, Sampling = shape, Seed = Randomness.Mix(7, (ulong)i) }).ToArray(), TestContext.Current.CancellationToken);
        var all = new double[pair.Local.Facts.VocabularySize];
        var own = new TokenTree();
        var place = own.AddRoot(pair.Local.Tokenizer.EncodePrompt("The little dog"));
        await using (var local = await pair.Local.OpenAsync(own, 64, TestContext.Current.CancellationToken)) await local.EvaluateAsync(new EvaluationRequest[] { new() { Node = place, LogProbabilities = all } }, TestContext.Current.CancellationToken);
        foreach (var tokens in drawn) Assert.Equal(all[tokens[0].Token], tokens[0].LogProbability, 1e-3);
        var expected = Shaped(all, shape);
        // tokens expected less than five times stand together
        var bins = expected.Select((p, token) => (Token: token, P: p)).Where(one => one.P * Draws >= 5).ToList();
        var rest = 1 - bins.Sum(one => one.P);
        var chiSquared = bins.Sum(one => Math.Pow(drawn.Count(tokens => tokens[0].Token == one.Token) - Draws * one.P, 2) / (Draws * one.P));
        var others = drawn.Count(tokens => bins.TrueForAll(one => one.Token != tokens[0].Token));
        if (rest * Draws >= 1) chiSquared += Math.Pow(others - Draws * rest, 2) / (Draws * rest);
        else Assert.True(others <= 5);
        var freedom = bins.Count - (rest * Draws >= 1 ? 0 : 1);
        Tell($"temperature {temperature}, top-k {topK}, top-p {topP}: chi-squared {chiSquared:0.0} of {freedom} degrees of freedom over {Draws} draws");
        // Wilson and Hilferty: exceeded once in ten thousand
        Assert.InRange(chiSquared, 0, freedom * Math.Pow(1 - 2.0 / (9 * Math.Max(1, freedom)) + 3.719 * Math.Sqrt(2.0 / (9 * Math.Max(1, freedom))), 3));
    }

    [Fact]
    public async Task BestOf_OverTheServer_GivesOneAnswerForOneSeed()
    {
        await using var pair = await PairAsync();
        var request = new DecodingRequest { Prompt = Prompts[0], Heuristics = [Short], Decoder = Decoders.BestOf(6), MaxTokens = 40, Seed = 5 };
        var first = await new Decoder(pair.Remote).GenerateAsync(request, TestContext.Current.CancellationToken);
        var again = await new Decoder(pair.Remote).GenerateAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(first.Answer.Ids, again.Answer.Ids);
        Assert.Equal(6, first.Answers.Select(answer => answer.Text).Distinct().Count());
    }

    private static DecodingRequest Request(string search, string prompt) => search switch
    {
        "deal" => new() { Prompt = prompt, Heuristics = [Short], Decoder = Decoders.Deal(lookahead: 16) },
        "grid-beam" => new() { Prompt = prompt, Constraints = [new RequiredPhrases([Keyword.Of("apple"), Keyword.Of("blue")])], Decoder = Decoders.GridBeam(beam: 8) },
        _ => new() { Prompt = prompt, Constraints = [new JsonSchema("""{"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":99}},"required":["name","age"],"additionalProperties":false}""")], Decoder = Decoders.Beam(2) },
    };

    private static double[] Shaped(double[] all, Distribution shape)
    {
        var weights = all.Select(value => Math.Exp(value / shape.Temperature)).ToArray();
        int[] order = [.. Enumerable.Range(0, all.Length).OrderByDescending(token => weights[token])];
        if (shape.TopK > 0) foreach (var token in order.Skip(shape.TopK)) weights[token] = 0;
        var (reached, total) = (0.0, weights.Sum());
        foreach (var token in order)
        {
            if (reached >= shape.TopP * total) weights[token] = 0;
            else reached += weights[token];
        }
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static async Task<List<TokenLogProbability[]>> TopsAsync(ILanguageModel model, int[] path)
    {
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, path.Length + 1, TestContext.Current.CancellationToken);
        var requests = new List<EvaluationRequest>();
        var node = TokenTree.Empty;
        foreach (var token in path) requests.Add(new() { Node = node = tree.Append(node, token), Top = new TokenLogProbability[50] });
        await session.EvaluateAsync(requests.ToArray(), TestContext.Current.CancellationToken);
        return [.. requests.Select(request => request.Top.ToArray())];
    }

    private static void Tell(string text) => TestContext.Current.SendDiagnosticMessage(text);

    private async Task<Pair> PairAsync()
    {
        var address = server.Require();
        return new(await CpuModel.LoadAsync(EmbeddedModel.Folder), await RemoteModel.ConnectAsync(address, EmbeddedModel.Folder, cancellationToken: TestContext.Current.CancellationToken));
    }

    private sealed record Pair(ILanguageModel Local, RemoteModel Remote) : IAsyncDisposable
    {
        public async Task<(DecodingResult Local, DecodingResult Remote)> RunAsync(DecodingRequest request) =>
            (await new Decoder(Local).GenerateAsync(request, TestContext.Current.CancellationToken), await new Decoder(Remote).GenerateAsync(request, TestContext.Current.CancellationToken));

        public async ValueTask DisposeAsync()
        {
            await Local.DisposeAsync();
            await Remote.DisposeAsync();
        }
    }
}
