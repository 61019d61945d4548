using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>One answer of a request.</summary>
/// <param name="Prompt">The prompt as the model read it.</param>
/// <param name="Answer">The answer.</param>
/// <param name="Selection">Why it was chosen; null: it was not.</param>
/// <param name="Answers">All that it was chosen from, best first.</param>
internal sealed record GeneratedChoice(string Prompt, Answer Answer, SelectionReport? Selection, IReadOnlyList<Answer> Answers);

/// <summary>All answers of a request.</summary>
/// <param name="Choices">The answers: of each prompt all, one prompt after the other.</param>
/// <param name="Cost">What they cost together; the prompts' tokens are counted once for each answer.</param>
internal sealed record Generated(IReadOnlyList<GeneratedChoice> Choices, DecodingStatistics Cost)
{
    /// <summary>Answers from one search, which shares its passes; each is what the same stream of draws gives alone.</summary>
    /// <param name="decoder">Who writes.</param>
    /// <param name="request">The request.</param>
    /// <param name="prompts">Its prompts.</param>
    /// <param name="count">Answers to each.</param>
    /// <param name="cancellationToken">Ends it by throwing.</param>
    public static async Task<Generated> RunAsync(IDecoder decoder, DecodingRequest request, IReadOnlyList<string> prompts, int count, CancellationToken cancellationToken)
    {
        if (prompts.Count * count == 1)
        {
            var result = await decoder.GenerateAsync(request with { Prompt = prompts[0] }, cancellationToken).ConfigureAwait(false);
            return new([new(result.Prompt, result.Answer, result.Selection, result.Answers)], result.Statistics);
        }
        var batch = await decoder.GenerateBatchAsync(request, [.. prompts.SelectMany(prompt => Enumerable.Range(0, count).Select(stream => new BatchPrompt(prompt, stream)))], cancellationToken).ConfigureAwait(false);
        return new([.. batch.Texts.Select(text => new GeneratedChoice(text.Prompt, text.Answer, text.Selection, text.Answers))], batch.Statistics);
    }
}
