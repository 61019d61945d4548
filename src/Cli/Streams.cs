using System.Text;

namespace DecodeAlign.Cli;

/// <summary>Standard input and output where they are files or pipes.</summary>
internal static class Streams
{
    /// <summary>Reads UTF-8, or what a byte order mark says; other bytes are an error, not characters that nobody wrote.</summary>
    public static TextReader In(Stream input) => new StreamReader(input, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);

    /// <summary>Writes UTF-8; where nobody reads any more or the output is closed, fails in words.</summary>
    public static TextWriter Out(Stream output) => new StreamWriter(new Guarded(output), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private sealed class Guarded(Stream output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            try
            {
                output.Write(buffer, offset, count);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                throw new IOException($"standard output can't be written to: it is closed, or its disk is full ({fault.Message.TrimEnd('.')})", fault);
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
