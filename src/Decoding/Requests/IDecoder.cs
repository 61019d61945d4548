using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>Generates texts. Safe for concurrent calls.</summary>
public interface IDecoder
{
    /// <summary>Generates one text.</summary>
    /// <param name="request">What to write, what to prefer, what must hold, and how to search.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass. To get the best text so far use <see cref="DecodingRequest.Stop"/>.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the prompt is empty or longer than the model's context; the message names it.</exception>
    /// <exception cref="NotSupportedException">The decoder needs what the model lacks.</exception>
    /// <exception cref="KvBudgetException">The search's worst case does not fit the model's KV budget.</exception>
    /// <exception cref="UnsatisfiableConstraintException">A constraint can't be met within the token limit.</exception>
    /// <exception cref="HeuristicException">A heuristic threw or returned a value that is not finite.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Generates one text and delivers it piece by piece: tokens as soon as every text that may still be chosen shares them, in whole characters. The last piece carries the
    /// result, the same as <see cref="GenerateAsync"/> returns. Leaving the enumeration cancels the search. A decoder that commits to nothing early delivers all at the end: so does every <see cref="Selection"/>, which
    /// has chosen nothing before all answers are there.
    /// </summary>
    /// <param name="request">As for <see cref="GenerateAsync"/>.</param>
    /// <param name="cancellationToken">As for <see cref="GenerateAsync"/>.</param>
    /// <remarks>What <see cref="GenerateAsync"/> throws is thrown when called, or while enumerated.</remarks>
    async IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var result = await GenerateAsync(request, cancellationToken).ConfigureAwait(false);
        yield return new(result.Text, result.Answer.Ids, result);
    }

    /// <summary>
    /// Generates an answer to each of several prompts, in one search where the decoder can do that, so that all share their passes. Each is what the same request gives alone.
    /// </summary>
    /// <param name="request">What is common to all; its <see cref="DecodingRequest.Prompt"/> and <see cref="DecodingRequest.Stream"/> are not used. Where texts are written one after another, budget and deadline hold for each.</param>
    /// <param name="prompts">At least one prompt. Equal pairs of prompt and stream give equal answers.</param>
    /// <param name="cancellationToken">As for <see cref="GenerateAsync"/>.</param>
    /// <returns>One text for each prompt, in order, and what all cost together.</returns>
    /// <exception cref="ArgumentException">As <see cref="GenerateAsync"/>; or there is no prompt, or a stream is negative.</exception>
    async Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        Require.That(prompts.Count > 0, nameof(prompts), "at least one prompt", "empty");
        var texts = new List<BatchText>();
        var cost = default(DecodingStatistics);
        foreach (var (prompt, stream) in prompts)
        {
            var result = await GenerateAsync(request with { Prompt = prompt, Stream = stream }, cancellationToken).ConfigureAwait(false);
            texts.Add(new(result.Prompt, stream, result.Answers) { Measures = result.Measures, Selection = result.Selection });
            cost += result.Statistics;
        }
        return new(texts, cost);
    }

    /// <summary>
    /// What stands behind the decoder, such as the <see cref="ILanguageModel"/> that writes or the <see cref="TimeProvider"/> that measures: a decoder around another passes the question on. So a selection finds
    /// the model that scoring needs, whatever is around it.
    /// </summary>
    /// <param name="serviceType">What is asked for.</param>
    /// <returns>Of this type; null: there is none.</returns>
    object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }
}
