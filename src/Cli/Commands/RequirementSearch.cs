using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>
/// Runs a request. Where its constraint refuses and the best text is wanted all the same, what can't be met is left out, with a note: the search still ranks by it, and what it
/// misses is reported.
/// </summary>
internal sealed class RequirementSearch(ILanguageModel model, DecodingRequest request, Requirements requirements, bool isBestEffort, string? traceFile, Terminal terminal)
{
    /// <summary>Prints the text as soon as it is certain; null: nobody does.</summary>
    public StreamedText? Stream { get; init; }

    public async Task<DecodingResult> RunAsync(IProgress<DecodingProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(requirements.Constraint, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (UnsatisfiableConstraintException refusal) when (isBestEffort)
        {
            var possible = requirements.Possible(CanBeMet, out var leftOut);
            terminal.Note($"{refusal.Message}; searching without what can't be met: {string.Join(", ", leftOut)}");
            return await RunAsync(possible, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<DecodingResult> RunAsync(IConstraint? constraint, IProgress<DecodingProgress>? progress, CancellationToken cancellationToken)
    {
        var decoder = new Decoder(model);
        using var trace = traceFile is null ? null : TraceFile.Create(traceFile);
        var asked = request with { Constraints = constraint is null ? [] : [constraint], Progress = progress, Trace = trace?.Sink };
        return await (Stream?.PrintAsync(decoder, asked, cancellationToken) ?? decoder.GenerateAsync(asked, cancellationToken)).ConfigureAwait(false);
    }

    // as the search itself would ask
    private bool CanBeMet(IConstraint constraint)
    {
        var tree = new TokenTree();
        var prompt = model.Tokenizer.EncodePrompt(request.FullPrompt());
        var limit = Math.Min(request.MaxTokens, Math.Min(model.Facts.ContextLength, request.LookaheadModel?.Facts.ContextLength ?? int.MaxValue) - prompt.Length);
        var context = new GenerationContext { Tree = tree, Root = tree.AddRoot(prompt), Prompt = request.FullPrompt(), Tokenizer = model.Tokenizer, Model = model.Facts, MaxTokens = limit };
        try
        {
            using var session = constraint.Open(context);
            return session.TokensNeeded(context.Root) <= limit;
        }
        catch (UnsatisfiableConstraintException)
        {
            return false;
        }
    }
}
