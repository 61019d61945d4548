using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

public class LoadProgressTests
{
    [Theory]
    [InlineData(true, 10, true)]
    [InlineData(true, 11, false)]
    [InlineData(false, 10, false)]
    public async Task ShowAsync_LargeFilesOnATerminal_TellsHowMuchIsLoaded(bool isTerminal, long leastBytes, bool expected)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("model-1.safetensors"), new byte[4], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("model-2.safetensors"), new byte[6], TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = TextWriter.Null, Error = error, ErrorIsTerminal = isTerminal };
        var loaded = await LoadProgress.ShowAsync(terminal, folder.Path, progress =>
        {
            progress?.Report(0.5);
            return Task.FromResult(progress is not null);
        }, leastBytes);
        Assert.Equal(expected, loaded);
        Assert.Equal(expected, error.ToString().Contains("loading", StringComparison.Ordinal));
    }
}
