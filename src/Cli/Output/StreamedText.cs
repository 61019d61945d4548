using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Prints a text as soon as it is certain.</summary>
/// <param name="prompt">What is printed before it.</param>
/// <param name="terminal">Where to.</param>
internal sealed class StreamedText(string prompt, Terminal terminal)
{
    public async Task<DecodingResult> PrintAsync(IDecoder decoder, DecodingRequest request, CancellationToken cancellationToken)
    {
        DecodingResult? result = null;
        var begun = false;
        await foreach (var update in decoder.StreamAsync(request, cancellationToken).ConfigureAwait(false))
        {
            if (!begun) terminal.Out.Write(prompt);
            begun = true;
            terminal.Out.Write(update.Text);
            terminal.Out.Flush();
            result = update.Result;
        }
        terminal.Out.WriteLine();
        return result!;
    }
}
