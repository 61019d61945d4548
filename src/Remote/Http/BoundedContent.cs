namespace DecodeAlign.Remote;

/// <summary>Reads an answer of bounded size.</summary>
internal static class BoundedContent
{
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, long most, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > most) throw TooLong(most);
        await using var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[Math.Min(most + 1, content.Headers.ContentLength + 1 ?? 1 << 14)];
        for (var length = 0; ;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0) return buffer.AsMemory(0, length);
            length += read;
            if (length > most) throw TooLong(most);
            if (length == buffer.Length) Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Min(most + 1, 2L * length)));
        }
    }

    private static RemoteServerException TooLong(long most) =>
        new($"the server's answer is longer than {most} bytes ({nameof(RemoteModelOptions.MostResponseBytes)}): raise that, or ask for less (fewer candidates, no sampling by whole distributions)");
}
