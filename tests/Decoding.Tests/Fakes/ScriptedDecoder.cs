using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Answers by the stream of draws; there is no model behind it.</summary>
internal sealed class ScriptedDecoder(params Answer[] answers) : IDecoder
{
    public static Answer Of(string text, double logProbability = double.NaN, params double[] values) => new()
    {
        Text = text, Ids = double.IsNaN(logProbability) ? [] : [.. text.Select(letter => (int)letter)], FinishReason = FinishReason.Length, LogProbability = logProbability, Score = logProbability,
        Heuristics = [.. values.Select((value, h) => new HeuristicValue($"h{h}", value, 1, null))],
    };

    public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        var answer = answers[request.Stream % answers.Length];
        return Task.FromResult(new DecodingResult { Prompt = request.Prompt, Answer = answer, Answers = [answer], Decoder = "scripted", Seed = 0, Statistics = new(1, 1, 0, 0, 0, 0, 0) });
    }
}
