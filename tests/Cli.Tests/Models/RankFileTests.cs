using System.Text.Json;
using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

/// <summary>Folders whose tokenizer is a rank file are read through Microsoft.ML.Tokenizers.</summary>
public sealed class RankFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tokenize_RanksOfLlama3sNumber_IsReadAsLlama3()
    {
        // the 256 bytes, " the" by its merges, and 127,741 tokens that no text has
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), "th"u8.ToArray(), " th"u8.ToArray(), " the"u8.ToArray()];
        for (var extra = 0; tokens.Count < 128000; extra++) tokens.Add([1, 2, .. BitConverter.GetBytes(extra)]);
        _folder.Write("tokenizer.model", string.Concat(tokens.Select((token, rank) => $"{Convert.ToBase64String(token)} {rank}\n")));
        var (code, output, error) = await RunAsync("tokenize", "a the<|eot_id|>", "--model", _folder.Path, "--json");
        Assert.True(code == 0, error);
        using var document = JsonDocument.Parse(output);
        Assert.Equal([128000, 97, 258, 128009], document.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
    }

    [Fact]
    public async Task Inspect_RanksOfNoKnownEncoding_SaysSo()
    {
        _folder.Write("qwen.tiktoken", string.Concat(Enumerable.Range(0, 256).Select(value => $"{Convert.ToBase64String([(byte)value])} {value}\n")));
        var (code, output, _) = await RunAsync("inspect", _folder.Path);
        Assert.Equal(1, code);
        Assert.Contains("is a rank file of 256 tokens, of no encoding that is known", output, StringComparison.Ordinal);
        Assert.DoesNotContain("there is no tokenizer", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        return (await CommandLine.RunAsync(arguments, terminal, new ModelSource(terminal), TestContext.Current.CancellationToken), output.ToString(), error.ToString());
    }
}
