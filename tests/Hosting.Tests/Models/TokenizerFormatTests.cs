using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

public class TokenizerFormatTests
{
    [Fact]
    public async Task Load_FormatInTheContainer_ReadsTheModelsTokenizer()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var folder = new TempFolder();
        foreach (var file in Directory.GetFiles(EmbeddedModel.Folder))
            if (Path.GetFileName(file) is "config.json" or "generation_config.json" or "model.safetensors") File.Copy(file, folder.File(Path.GetFileName(file)));
        folder.Write("words.tiktoken", "not read by us");
        var services = new ServiceCollection().AddSingleton<ITokenizerFormat, Borrowed>();
        services.AddDecodeAlign(builder => builder.AddModel("borrowing", options => options.Folder = folder.Path));
        await using var provider = services.BuildServiceProvider();
        var model = provider.GetRequiredKeyedService<HostedModel>("borrowing");
        await model.ReadyAsync(TestContext.Current.CancellationToken);
        Assert.Equal("fox", model.Tokenizer.Decode(model.Tokenizer.Encode("fox")).Trim());
    }

    /// <summary>Reads any *.tiktoken as the embedded model's tokenizer.</summary>
    private sealed class Borrowed : ITokenizerFormat
    {
        public bool Reads(string file) => Path.GetExtension(file) == ".tiktoken";

        public ITokenizer Load(string file) => TokenizerLoader.Load(EmbeddedModel.Folder);
    }
}
