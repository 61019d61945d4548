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
            ("Decoders:idle:Model", "main"),
            ("Decoders:idle:Preset", "greedy"),
            ("Decoders:idle:Temperature", "0.7"),
            ("Decoders:idle:lookahead", "3"),
            ("Decoders:idle:Bream", "3"),
            ("Decoders:preferring:Model", "main"),
            ("Decoders:preferring:Preset", "rps"),
            ("Decoders:preferring:Sampler", "dice"),
            ("Decoders:preferring:Answers", "-1"),
            ("Decoders:preferring:Adaptive", "perhaps"),
            ("Decoders:quick:MaxTokens", "1.5"),
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
            "DecodeAlign:Models:main:WeightFormat must be one of F32, BF16, Q8, Q4; it is 'Q3'",
            "DecodeAlign:Models:main:MaxRows must be from 1 to 4096; it is 0",
            "DecodeAlign:Models:main:KvBudget is no known setting",
            "DecodeAlign:Models:second:Engine must be one of cpu; it is 'warp'",
            "DecodeAlign:Models:second:MemoryWaitSeconds must be between 0 and 86400; it is -1",
            "DecodeAlign:Decoders:careful:Model names the model 'third', which is not there; there are main, second",
            "DecodeAlign:Decoders:careful:Preset must be one of deal, deal-paper, grid-beam, neurologic, beam, greedy, sample, best-of, mbr, self-consistency, listwise, tournament, args, args-stochastic, rad, diverse-beam, stochastic-beam, particles, cards, step-beam, dvts, blockwise, speculative-rejection, sweep, dual-ascent, rps; it is 'dael'",
            "DecodeAlign:Decoders:quick:Beam must be a whole number, at least 1; it is '0'",
            "DecodeAlign:Decoders:quick:MaxTokens must be a whole number; it is '1.5'",
            "DecodeAlign:Decoders:idle:Temperature does nothing here: greedy has no such setting; deal, deal-paper, beam, sample",
            "DecodeAlign:Decoders:idle:lookahead does nothing here: greedy has no such setting; deal, deal-paper, grid-beam, neurologic, diverse-beam have it",
            "DecodeAlign:Decoders:idle:Bream is no known setting; known here are Model, Preset, ",
            "DecodeAlign:Decoders:preferring:Sampler must be one of grid, cap, symmetric; it is 'dice'",
            "DecodeAlign:Decoders:preferring:Answers must be a whole number, at least 0, at most 10000; it is '-1'",
            "DecodeAlign:Decoders:preferring:Adaptive must be true or false; it is 'perhaps'",
            "DecodeAlign:Decoders:quick:TopP must be a finite number, above 0, at most 1; it is '2'",
            "DecodeAlign:Decoders:quick:Heuristics: there is no heuristic 'coverge'",
            "DecodeAlign:Decoders:quick:Heuristics: 'tone' is neither a heuristic in the container nor a specification",
            "DecodeAlign:Decoders:quick:Constraints: 'polite' is neither a constraint in the container nor a specification such as words=40..60",
            "DecodeAlign:Decoders:nameless:Lambda must be a finite number; it is 'NaN'",
            "DecodeAlign:Decoders:nameless:Model must name one of the models: main, second",
        })
            Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(24, fault.Failures.Count());
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
                ("Decoders:loose:Priority", "-3"),
                ("Decoders:loose:Seed", "18446744073709551615")),
            build => build
                .AddEngine("fake", (services, options, progress, cancellationToken) => options is { WeightFormat: WeightFormat.BF16, KvFormat: KvFormat.BF16, MemoryWaitSeconds: 2.5 } ? Services.Loader(services, options, progress, cancellationToken) : throw new InvalidOperationException())
                .AddHeuristic<Vowels>("mine")
                .AddConstraint("short", _ => new WordCount(0, 3))
                .AddDecoder("loose", options => options.MaxTokens = 4));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var request = host.Services.GetRequiredKeyedService<HostedDecoder>("careful").CreateRequest("go");
        var loose = host.Services.GetRequiredKeyedService<HostedDecoder>("loose");

        Assert.Equal((Decoders.Deal(beam: 2, lambda: 7.5), 5, "END"), (request.Decoder, request.MaxTokens, Assert.Single(request.StopSequences)));
        Assert.Equal([("coverage", 3), ("vowels", -2)], request.Heuristics.Select(h => (h.Heuristic.Name, h.Weight)));
        Assert.IsType<WordCount>(Assert.Single(request.Constraints));
        var sampled = loose.CreateRequest("");
        Assert.Equal((0.5, ulong.MaxValue, 4, -3), (sampled.Decoder.Distribution.Temperature, sampled.Seed, sampled.MaxTokens, sampled.Priority));
        Assert.Equal(4, (await loose.GenerateAsync("go", TestContext.Current.CancellationToken)).Statistics.GeneratedTokens);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    public static TheoryData<string> Names => [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decoder_EachOfTheCatalogueWithEachSetting_IsWhatTheCatalogueMakes(string name)
    {
        var entry = DecoderCatalogue.Get(name);
        // the settings at their defaults, as a configuration writes them
        List<(string, string)> settings = [("Models:m:Engine", "fake"), ("Decoders:d:Preset", name.ToUpperInvariant()), ("Decoders:plain:Preset", name)];
        foreach (var setting in entry.Settings)
            if (setting.Kind is SettingKind.Whole or SettingKind.Number or SettingKind.Choice) settings.Add(($"Decoders:d:{char.ToUpperInvariant(setting.Name[0])}{setting.Name[1..]}", FormattableString.Invariant($"{setting.Default}")));
            else if (setting.Kind == SettingKind.Flag) settings.Add(($"Decoders:d:{setting.Name}", "false"));
        if (name == "rps") settings.AddRange([("Decoders:d:preference", "a=1,b=1"), ("Decoders:d:objective:0", "a=distinct=1"), ("Decoders:d:Objective:1", "b=length=..9"), ("Decoders:d:Conditioner", "dpa"), ("Decoders:plain:preference", "a=1,b=1"), ("Decoders:plain:objective:0", "a=distinct=1"), ("Decoders:plain:objective:1", "b=length=..9")]);
        var section = Services.Section([.. settings]);
        var options = new DecodeAlignOptions();
        new ConfigurationReader(section).Configure(options);
        Assert.Empty(options.Faults);
        var read = options.Decoders["d"];
        Assert.Equal(entry.Settings.Where(setting => setting.Kind is not (SettingKind.Text or SettingKind.Texts) || name == "rps").Select(setting => setting.Name.ToUpperInvariant()).Order(), read.Settings.Keys.Select(key => key.ToUpperInvariant()).Order());
        // a setting at its default may do nothing, and is refused for it at the start; what is left makes the decoder
        foreach (var idle in entry.FindIdle(read.Settings.ToDictionary(pair => pair.Key, pair => entry.Find(pair.Key)!.Read(pair.Value)))) read.Settings.Remove(idle.Name);
        // a beam that is given holds where nothing ranks, too
        if (name == "deal") read.Settings.Remove("Beam");
        var faults = new List<string>();
        var preset = DecoderPreset.Read(read, (key, fault) => faults.Add($"{key} {fault}"));
        Assert.Empty(faults);
        Assert.Equal(entry.Create(), preset!.Request.Decoder);
    }

    [Fact]
    public async Task Decoder_Rps_ChoosesByThePreferenceAndTellsHow()
    {
        using var host = Services.Host(
            Services.Section(
                ("Models:m:Engine", "fake"), ("Models:m:Folder", AppContext.BaseDirectory),
                ("Decoders:d:Preset", "rps"), ("Decoders:d:Preference", "vowels=0.8,words=0.6"), ("Decoders:d:Objective:0", "vowels=mine"), ("Decoders:d:Objective:1", "words=distinct=1"),
                ("Decoders:d:Directions", "3"), ("Decoders:d:Inner", "deal"), ("Decoders:d:Beam", "2"), ("Decoders:d:Lookahead", "2"), ("Decoders:d:MaxTokens", "5"), ("Decoders:d:Conditioner", "{prompt} {vowels%}")),
            build => build.AddEngine("fake", Services.Loader).AddHeuristic<Vowels>("mine"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var decoder = host.Services.GetRequiredService<HostedDecoder>();
        var result = await decoder.GenerateAsync("go", TestContext.Current.CancellationToken);
        var report = Assert.IsType<PreferenceReport>(result.Selection);
        Assert.Equal(("rps over deal", 3, "deal"), (result.Decoder, report.Answers.Count, report.Inner));
        // the inner search ranks by what is preferred
        Assert.Equal(["vowels", "distinct"], decoder.CreateRequest("").Heuristics.Select(weighted => weighted.Heuristic.Name));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("DecodeAlign:Decoders:d:preference: rps needs one", "Directions", "3")]
    [InlineData("DecodeAlign:Decoders:d:preference: nothing measures 'wit'", "Preference", "wit=1,charm=1")]
    [InlineData("DecodeAlign:Decoders:d:objective: there is no heuristic 'wittiness'", "Preference", "wit=1,charm=1", "Objective", "wit=wittiness=1")]
    [InlineData("DecodeAlign:Decoders:d:conditioner: 'hello' is neither line, dpa nor steerlm", "Preference", "wit=1,charm=1", "Conditioner", "hello")]
    public async Task StartAsync_BadPreference_NamesTheSetting(string expected, params string[] settings)
    {
        using var host = Services.Host(Services.Section([("Models:m:Engine", "fake"), ("Models:m:Folder", AppContext.BaseDirectory), ("Decoders:d:Preset", "rps"), .. settings.Chunk(2).Select(pair => ($"Decoders:d:{pair[0]}", pair[1]))]), build => build.AddEngine("fake", Services.Loader));
        Assert.Contains(expected, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    internal sealed class Vowels : IHeuristic
    {
        public string Name => "vowels";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default) => Heuristic.FromText(Name, text => text.Count("aeiou".Contains)).OpenAsync(context, sessions, cancellationToken);
    }
}
