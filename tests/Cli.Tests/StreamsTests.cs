using System.Diagnostics;
using System.Text;
using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

/// <summary>Standard input and output as files and pipes.</summary>
public class StreamsTests
{
    [Theory]
    [InlineData(new byte[] { 0x4F, 0xFF, 0x4E })]
    [InlineData(new byte[] { 0x47, 0x72, 0xFC, 0xDF, 0x65 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public async Task In_BytesThatAreNoUtf8_AreRefused(byte[] bytes)
    {
        var run = await new Cli { Reader = Streams.In(new MemoryStream(bytes)) }.CallAsync("tokenize");
        Assert.Equal(2, run.Code);
        Assert.Contains("standard input is not UTF-8", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Out);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_Utf8OrUtf16WithAMark_IsRead(bool utf16)
    {
        var encoding = utf16 ? Encoding.Unicode : new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);
        var run = await new Cli { Reader = Streams.In(new MemoryStream([.. encoding.GetPreamble(), .. encoding.GetBytes("fox — 🦊\n")])) }.CallAsync("tokenize", "--json");
        Assert.Equal("fox — 🦊", run.JsonText("text"));
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("> /dev/full")]
    [InlineData("--json >&-")]
    public async Task Out_Closed_IsSaidInWords(string output)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no /dev/full");
        var start = new ProcessStartInfo("bash", ["-c", $"\"{Path.Combine(AppContext.BaseDirectory, "decodealign")}\" decoders {output}"]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("error: standard output can't be written to", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
