using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class ManyRequestsTests
{
    [Fact]
    public async Task GenerateAsync_200MixedRequests16AtATime_EachEqualsItsResultAlone()
    {
        DecodingRequest[] requests = [.. Enumerable.Range(0, 200).Select(Request)];
        var alone = new DecodingResult[requests.Length];
        await using (var model = SmallModel.Load(keptTokens: 0))
        {
            for (var i = 0; i < requests.Length; i++) alone[i] = await new Decoder(model).GenerateAsync(requests[i], TestContext.Current.CancellationToken);
            Assert.Equal(0, model.Statistics.SharedTokens);
        }

        // memory for about half of what 16 reserve, and prompts kept: waiting and sharing must not show
        var together = new DecodingResult[requests.Length];
        await using var shared = SmallModel.Load(kvBudgetTokens: 1600, keptTokens: 400);
        await Parallel.ForEachAsync(Enumerable.Range(0, requests.Length), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
            together[i] = await new Decoder(shared).GenerateAsync(requests[i], cancellationToken));

        for (var i = 0; i < requests.Length; i++)
        {
            Assert.Equal(alone[i].Answers.Select(answer => (answer.Text, answer.FinishReason, answer.LogProbability, answer.Score)), together[i].Answers.Select(answer => (answer.Text, answer.FinishReason, answer.LogProbability, answer.Score)));
            Assert.Equal(alone[i].Answers.SelectMany(answer => answer.Ids), together[i].Answers.SelectMany(answer => answer.Ids));
        }
        Assert.InRange(shared.Statistics.SharedTokens, 1, long.MaxValue);
        Assert.True(shared.Statistics.Rows > shared.Statistics.Passes, "no pass held more than one token");
        Assert.Equal((0, 0), (shared.Statistics.OpenSessions, shared.Statistics.WaitingForMemory));
    }

    private static DecodingRequest Request(int number)
    {
        var seed = (ulong)number;
        var deal = Decoders.Deal(2, 3, 2, 1);
        var request = new DecodingRequest { Prompt = "" };
        request = (number % 8) switch
        {
            0 => request with { Decoder = Decoders.Greedy },
            1 => request with { Decoder = Decoders.Sample(0.8, 0.9), Seed = seed },
            2 => request with { Decoder = Decoders.Beam(3) },
            3 => request with { Decoder = Decoders.Deal(1, 4, 3, 2) },
            4 => request with { Decoder = deal with { Rank = deal.Rank with { Lookahead = deal.Rank.Lookahead with { Choice = TokenChoice.Sample } } }, Seed = seed },
            5 => request with { Decoder = Decoders.BestOf(3), Seed = seed },
            6 => request with { Decoder = Decoders.Greedy with { Distribution = new() { RepetitionPenalty = 1.3 } }, StopSequences = ["e", "\\"] },
            _ => request with { Decoder = Decoders.Sample(), Seed = seed },
        };
        return request with
        {
            Prompt = (number % 3) switch { 0 => "The quick brown fox jumps over ", 1 => "The quick brown fox sleeps under ", _ => "A river " } + number % 10,
            MaxTokens = 8 + number % 9 + (number % 8 == 7 ? 12 : 0),
            Heuristics = [new(new KeywordCoverage([Keyword.Of("a"), Keyword.Of("it")])), new(new DistinctWords(2), 0.5)],
            Constraints = number % 8 == 7 ? [new RequiredPhrases([Keyword.Of("fox")])] : [],
        };
    }
}
