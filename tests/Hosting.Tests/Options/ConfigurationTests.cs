using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

public class ConfigurationTests
{
    [Fact]
    public async Task StartAsync_BadConfiguration_FailsWithOneMessageThatListsEveryFault()
    {
        using var host = Services.Host(Services.Section(
            ("Modles:main:Threads", "2"),
            ("Models:main:Folder", "/no/such/folder"),
            ("Models:main:Threads", "many"),
            ("Models:main:WeightFormat", "Q3"),
            ("Models:main:MaxRows", "0"),
            ("Models:main:KvBudget", "7"),
            ("Models:second:Engine", "warp"),
            ("Models:second:MemoryWaitSeconds", "-1"),
            ("Decoders:careful:Model", "third"),
            ("Decoders:careful:Preset", "dael"),
            ("Decoders:quick:Model", "main"),
            ("Decoders:quick:Preset", "greedy"),
            ("Decoders:quick:Beam", "0"),
            ("Decoders:quick:MaxTokens", "1.5"),
            ("Decoders:quick:Temperature", "0.7"),
            ("Decoders:quick:TopP", "2"),
            ("Decoders:quick:Heuristics:0", "coverge=fox"),
            ("Decoders:quick:Heuristics:1", "tone"),
            ("Decoders:quick:Constraints", "polite"),
            ("Decoders:nameless:Lambda", "NaN")));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        foreach (var expected in new[]
        {
            "DecodeAlign:Modles is no known setting; known here are Models, Decoders",
            "DecodeAlign:Models:main:Folder must be a model's folder, with a config.json in it, a .gguf file, or the name of a model in the hub's cache (or of any on the hub, with Download); it is '/no/such/folder'",
            "DecodeAlign:Models:main:Threads must be a whole number; it is 'many'",
            "DecodeAlign:Models:main:WeightFormat must be one of F32, BF16, Q8; it is 'Q3'",
            "DecodeAlign:Models:main:MaxRows must be from 1 to 4096; it is 0",
            "DecodeAlign:Models:main:KvBudget is no known setting",
            "DecodeAlign:Models:second:Engine must be one of cpu; it is 'warp'",
            "DecodeAlign:Models:second:MemoryWaitSeconds must be between 0 and 86400; it is -1",
            "DecodeAlign:Decoders:careful:Model names the model 'third', which is not there; there are main, second",
            "DecodeAlign:Decoders:careful:Preset must be one of deal, greedy, sample, beam, grid-beam, best-of; it is 'dael'",
            "DecodeAlign:Decoders:quick:Beam must be at least 1; it is 0",
            "DecodeAlign:Decoders:quick:MaxTokens must be a whole number; it is '1.5'",
            "DecodeAlign:Decoders:quick:Temperature does nothing with the preset 'greedy'",
            "DecodeAlign:Decoders:quick:TopP must be in (0, 1]; it is 2",
            "DecodeAlign:Decoders:quick:Heuristics: there is no heuristic 'coverge'",
            "DecodeAlign:Decoders:quick:Heuristics: 'tone' is neither a heuristic in the container nor a specification",
            "DecodeAlign:Decoders:quick:Constraints: there is no constraint 'polite' in the container",
            "DecodeAlign:Decoders:nameless:Lambda must be a finite number",
            "DecodeAlign:Decoders:nameless:Model must name one of the models: main, second",
        })
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(19, fault.Failures.Count());
    }

    [Fact]
    public void Value_EveryOption_CanBeSetByItsKey()
    {
        (string Part, Type Options)[] parts = [("Models:m", typeof(ModelOptions)), ("Decoders:d", typeof(DecoderOptions))];
        var fields = parts.SelectMany(part => part.Options.GetProperties().Where(field => field.CanWrite || field.PropertyType == typeof(IList<string>)).Select(field => (Key: $"{part.Part}:{field.Name}", Type: field.PropertyType))).ToList();
        using var host = Services.Host(Services.Section([.. fields.Select(field => (field.Key, "neither number nor name"))]));
        var options = new DecodeAlignOptions();
        foreach (var configure in host.Services.GetServices<IConfigureOptions<DecodeAlignOptions>>()) configure.Configure(options);

        // a key that nobody reads is refused as unknown; one that is read is refused for its value, unless it is a text
        var refused = fields.Where(field => field.Type != typeof(string) && field.Type != typeof(IList<string>)).Select(field => $"DecodeAlign:{field.Key} must be").ToList();
        Assert.Equal(refused.Order(), options.Faults.Select(fault => fault[..(fault.IndexOf(" must be", StringComparison.Ordinal) + 8)]).Order());
        Assert.Equal("neither number nor name", options.Models["m"].Folder);
    }

    [Fact]
    public async Task Get_GoodConfiguration_IsWhatTheDecoderDoes()
    {
        using var host = Services.Host(
            Services.Section(
                ("Models:main:WeightFormat", "bf16"),
                ("Models:main:KvFormat", "BF16"),
                ("Models:main:MemoryWaitSeconds", "2.5"),
                ("Models:main:Engine", "fake"),
                ("Decoders:careful:Preset", "deal"),
                ("Decoders:careful:Beam", "2"),
                ("Decoders:careful:Lambda", "7.5"),
                ("Decoders:careful:MaxTokens", "5"),
                ("Decoders:careful:StopSequences:0", "END"),
                ("Decoders:careful:Heuristics:0", "coverage=fox,river@3"),
                ("Decoders:careful:Heuristics:1", "mine@-2"),
                ("Decoders:careful:Constraints:0", "short"),
                ("Decoders:loose:Preset", "sample"),
                ("Decoders:loose:Temperature", "0.5"),
                ("Decoders:loose:Seed", "18446744073709551615")),
            build => build
                .AddEngine("fake", (services, options, progress, cancellationToken) => options is { WeightFormat: WeightFormat.BF16, KvFormat: KvFormat.BF16, MemoryWaitSeconds: 2.5 } ? Services.Loader(services, options, progress, cancellationToken) : throw new InvalidOperationException())
                .AddHeuristic<Vowels>("mine")
                .AddConstraint("short", _ => new WordCount(0, 3))
                .AddDecoder("loose", options => options.MaxTokens = 4));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var request = host.Services.GetRequiredKeyedService<HostedDecoder>("careful").CreateRequest("go");
        var loose = host.Services.GetRequiredKeyedService<HostedDecoder>("loose");

        Assert.Equal((2, 7.5, 5, "END"), (request.Options.Beam, request.Options.Lambda, request.Options.MaxTokens, Assert.Single(request.Options.StopSequences)));
        Assert.Equal([("coverage", 3), ("vowels", -2)], request.Heuristics.Select(h => (h.Heuristic.Name, h.Weight)));
        Assert.IsType<WordCount>(Assert.Single(request.Constraints));
        var options = loose.CreateRequest("").Options;
        Assert.Equal((0.5, ulong.MaxValue, 4), (options.Sampling.Temperature, options.Seed, options.MaxTokens));
        Assert.Equal(4, (await loose.GenerateAsync("go", TestContext.Current.CancellationToken)).Statistics.GeneratedTokens);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    internal sealed class Vowels : IHeuristic
    {
        public string Name => "vowels";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => Heuristic.FromText(Name, text => text.Count("aeiou".Contains)).OpenAsync(context, sessions, cancellationToken);
    }
}
