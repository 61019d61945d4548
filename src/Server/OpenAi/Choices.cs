using System.Threading.Channels;
using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>Several answers that are streamed at once.</summary>
internal static class Choices
{
    /// <summary>The pieces of all answers as they come, each with its answer's number. A failure of one ends all. Leaving the enumeration ends the searches.</summary>
    public static async IAsyncEnumerable<(int Choice, DecodingUpdate Piece)> StreamAsync(IDecoder decoder, DecodingRequest request, IReadOnlyList<string> prompts, int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (prompts.Count * count == 1)
        {
            await foreach (var piece in decoder.StreamAsync(request with { Prompt = prompts[0] }, cancellationToken).ConfigureAwait(false)) yield return (0, piece);
            yield break;
        }
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pieces = Channel.CreateUnbounded<(int, DecodingUpdate)>(new() { SingleReader = true });
        var runs = Task.WhenAll(prompts.SelectMany((prompt, p) => Enumerable.Range(0, count).Select(stream => FeedAsync(decoder, request with { Prompt = prompt, Stream = stream }, p * count + stream, pieces.Writer, left.Token))));
        var end = runs.ContinueWith(done => pieces.Writer.TryComplete(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false)) yield return piece;
        }
        finally
        {
            await left.CancelAsync().ConfigureAwait(false);
            await end.ConfigureAwait(false);
        }
    }

    private static async Task FeedAsync(IDecoder decoder, DecodingRequest request, int choice, ChannelWriter<(int, DecodingUpdate)> pieces, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var piece in decoder.StreamAsync(request, cancellationToken).ConfigureAwait(false)) pieces.TryWrite((choice, piece));
        }
        catch (Exception fault)
        {
            pieces.TryComplete(fault);
        }
    }
}
