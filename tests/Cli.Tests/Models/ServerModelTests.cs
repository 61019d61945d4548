using DecodeAlign.Cli;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary><c>--model http://…</c> over a fake of llama.cpp's server that listens on this machine.</summary>
public class ServerModelTests
{
    [Fact]
    public async Task Generate_OverAServer_WritesWhatItsModelWrites()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var server = new ListeningServer();
        var error = new StringWriter();
        var terminal = new Terminal { In = new StringReader(""), Out = new StringWriter(), Error = error, Stop = CancellationToken.None, Width = 80, Folder = "" };
        await using var model = await new ModelSource(terminal).LoadAsync(new(server.Address, 0, 0) { Tokenizer = EmbeddedModel.Folder }, TestContext.Current.CancellationToken);
        Assert.Equal("table.gguf", model.Facts.Name);

        var inspected = new StringWriter();
        var code = await CommandLine.RunAsync(["inspect", server.Address, "--tokenizer", EmbeddedModel.Folder], new() { In = terminal.In, Out = inspected, Error = error, Stop = CancellationToken.None, Width = 80, Folder = "" }, new ModelSource(terminal), TestContext.Current.CancellationToken);
        Assert.Equal(0, code);
        Assert.Contains("table.gguf: llama.cpp b11669-fake", inspected.ToString(), StringComparison.Ordinal);
        Assert.Contains("deal            yes, with constraints too", inspected.ToString(), StringComparison.Ordinal);
        Assert.Contains("rps             no: a repetition penalty", inspected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reward_OfAServer_RanksAnswers()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var rewards = new RewardServer("vllm");
        await using var server = new ListeningServer(rewards);
        var run = await Cli.RunAsync("generate", "Once upon a time", "--decoder", "best-of", "--answers", "4", "--max-tokens", "12", "--reward", server.Address + "score#0@2", "--json");
        Assert.Equal(0, run.Code);
        Assert.Equal(4, rewards.Texts.Count);
        Assert.Equal(rewards.Texts.Max(text => text.Count(c => c == 'b')), run.JsonText("text").Count(c => c == 'b'));
    }

    [Theory]
    [InlineData("have numbers, from 0; 'helpful' is none", "generate", "x", "--reward", "http://localhost:1#helpful")]
    [InlineData("--reward-steps goes with a checkpoint", "generate", "x", "--reward", "http://localhost:1", "--reward-steps", "\\n")]
    [InlineData("--reward: an address must not hold a password", "generate", "x", "--reward", "http://me:pw@localhost:1")]
    [InlineData("--tokenizer: name a folder", "generate", "x", "--model", "http://localhost:1")]
    [InlineData("do nothing with it", "generate", "x", "--model", "http://localhost:1", "--tokenizer", "dir", "--threads", "2")]
    [InlineData("must not hold a password", "generate", "x", "--model", "http://me:pw@localhost:1", "--tokenizer", "dir")]
    [InlineData("is for a server", "generate", "x", "--tokenizer", "dir")]
    [InlineData("--tokenizer: name a folder", "inspect", "http://localhost:1")]
    public async Task Server_WithWhatDoesNotGoWithIt_IsRefused(string said, params string[] args)
    {
        var run = await Cli.RunAsync(args);
        Assert.Equal(2, run.Code);
        Assert.Contains(said, run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }
}
