using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>
/// Runs a request. Where the constraint refuses and the best text is wanted all the same, less of it is asked, with a note: the search still ranks by the requirement, and
/// what it misses is reported.
/// </summary>
internal sealed class RequirementSearch(IDecoder decoder, DecodingRequest request, Requirements requirements, string? traceFile, Terminal terminal)
{
    private int _attempt;

    /// <summary>Prints the text as it becomes settled; null: nobody does.</summary>
    public StreamedText? Stream { get; init; }

    public async Task<DecodingResult> RunAsync(IProgress<DecodingProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var constraint = requirements.Constraints[_attempt];
                using var trace = traceFile is null ? null : TraceFile.Create(traceFile);
                var asked = request with { Constraints = constraint is null ? [] : [constraint], Progress = progress, Trace = trace?.Sink };
                return await (Stream?.PrintAsync(decoder, asked, cancellationToken) ?? decoder.GenerateAsync(asked, cancellationToken)).ConfigureAwait(false);
            }
            catch (UnsatisfiableConstraintException refusal) when (_attempt + 1 < requirements.Constraints.Count)
            {
                _attempt++;
                terminal.Note($"{refusal.Message}; searching {(requirements.Constraints[_attempt] is { } less ? $"with '{less.Name}' as a constraint" : "without a constraint")}");
            }
        }
    }
}
