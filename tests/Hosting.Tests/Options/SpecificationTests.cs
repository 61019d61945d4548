using DecodeAlign.Constraints;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

/// <summary>What the command line can be asked for, configuration and chat can: each list is the catalogue's, so that a new entry is tried too.</summary>
public sealed class SpecificationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("specifications").FullName;

    public static TheoryData<string> Heuristics => [.. HeuristicCatalogue.All.Select(known => known.Name)];

    public static TheoryData<string> Constraints => [.. ConstraintCatalogue.All.Select(known => known.Name)];

    public static TheoryData<string> Rules => [.. CombinationParser.All.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Heuristics))]
    public async Task Heuristic_EachOfTheCatalogue_IsNamedByConfigurationAndChat(string name)
    {
        var spec = WithFiles(HeuristicCatalogue.All.Single(known => known.Name == name).Example);
        if (spec.Contains("=default", StringComparison.Ordinal)) Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var host = Services.Host(Configured(("Heuristics:0", spec)), build => build.AddEngine("fake", Services.Loader));
        var request = host.Services.GetRequiredService<HostedDecoder>().CreateRequest("");
        var (heuristic, weight) = HeuristicParser.Parse(spec);
        Assert.Equal((heuristic.Name, weight), (Assert.Single(request.Heuristics).Heuristic.Name, request.Heuristics[0].Weight));
        var asked = await ReadAsync(host.Services, (ChatOptionKeys.Heuristics, spec));
        Assert.Equal(2, asked.Heuristics.Count);
    }

    [Theory]
    [MemberData(nameof(Constraints))]
    public async Task Constraint_EachOfTheCatalogue_IsNamedByConfigurationAndChat(string name)
    {
        var spec = WithFiles(ConstraintCatalogue.All.Single(known => known.Name == name).Example);
        using var host = Services.Host(Configured(("Constraints:0", spec), ("Constraints:1", "after=So: ")), build => build.AddEngine("fake", Services.Loader));
        var constraint = Assert.Single(host.Services.GetRequiredService<HostedDecoder>().CreateRequest("").Constraints);
        Assert.Equal(ConstraintParser.Join([ConstraintParser.Parse(spec)], "So: ").Name, constraint.Name);
        using var plain = Services.Host(Configured(), build => build.AddEngine("fake", Services.Loader));
        Assert.Equal(ConstraintParser.Parse(spec).Name, Assert.Single((await ReadAsync(plain.Services, (ChatOptionKeys.Constraints, spec))).Constraints).Name);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Rule_EachOfTheCatalogue_CombinesByConfigurationAndChat(string name)
    {
        var known = CombinationParser.All.Single(rule => rule.Name == name);
        var rule = name switch
        {
            "constrained" => "constrained:length>=0*5",
            "gated" => $"gated:{Write("gate.txt", "fox\t1 2\n*\t2 1\n")}",
            _ => known.Example,
        };
        var calibration = Write("wishes.json", await CalibrationAsync());
        (string, string)[] heuristics = [("Heuristics:0", "length=5 words@2"), ("Heuristics:1", "distinct=1")];
        using var host = Services.Host(Configured([.. heuristics, ("Combine", rule), ("Calibration", calibration)]), build => build.AddEngine("fake", Services.Loader));
        var decoder = host.Services.GetRequiredService<HostedDecoder>();
        var configured = decoder.CreateRequest("").Heuristics;
        Assert.Equal(name == "sum" ? 2 : 3, configured.Count);
        var result = await decoder.GenerateAsync("go", TestContext.Current.CancellationToken);
        using var plain = Services.Host(Configured(heuristics), build => build.AddEngine("fake", Services.Loader));
        var asked = await ReadAsync(plain.Services, (ChatOptionKeys.Combine, rule), (ChatOptionKeys.Calibration, calibration));
        Assert.Equal(configured.Select(weighted => (weighted.Heuristic.Name, weighted.Weight)), asked.Heuristics.Select(weighted => (weighted.Heuristic.Name, weighted.Weight)));
        // the same decoder as a chat request asks for
        var again = await plain.Services.GetRequiredService<HostedDecoder>().GenerateAsync(asked with { Prompt = "go" }, TestContext.Current.CancellationToken);
        Assert.Equal((result.Text, result.Answer.Score), (again.Text, again.Answer.Score));
    }

    [Theory]
    [InlineData("DecodeAlign:Decoders:d:Constraints: there is no constraint 'wrods'; known are characters, choice", "Constraints:0", "wrods=1..2")]
    [InlineData("DecodeAlign:Decoders:d:Constraints: 'words=9..3': '9..3' is empty: 9 is greater than 3; such as words=40..60", "Constraints:0", "words=9..3")]
    [InlineData("DecodeAlign:Decoders:d:Constraints: 'after=x': nothing is asked for that could begin there", "Constraints:0", "after=x")]
    [InlineData("DecodeAlign:Decoders:d:Combine: there is no rule 'medley'", "Combine", "medley")]
    [InlineData("DecodeAlign:Decoders:d:Combine: 'nash' needs a calibration", "Combine", "nash", "Heuristics:0", "distinct=1")]
    [InlineData("DecodeAlign:Decoders:d:Calibration: ", "Calibration", "no-such-file.json")]
    [InlineData("DecodeAlign:Decoders:d:ByPosition does nothing here: there is no calibration", "ByPosition", "true")]
    public async Task StartAsync_BadSpecification_NamesItsKey(string expected, params string[] settings)
    {
        using var host = Services.Host(Configured([.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))]), build => build.AddEngine("fake", Services.Loader));
        Assert.Contains(expected, (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Microsoft.Extensions.Configuration.IConfigurationSection Configured(params (string Key, string Value)[] settings) =>
        Services.Section([("Models:m:Engine", "fake"), ("Decoders:d:MaxTokens", "6"), .. settings.Select(setting => ($"Decoders:d:{setting.Key}", setting.Value))]);

    private static async Task<DecodeAlign.Decoding.DecodingRequest> ReadAsync(IServiceProvider services, params (string Key, object Value)[] properties)
    {
        var reader = new ChatOptionsReader(services.GetRequiredService<HostedDecoder>(), services.GetRequiredService<HostedDecoders>(), services.GetRequiredService<HeuristicNames>(), services.GetRequiredService<IChatClient>());
        var options = new ChatOptions { AdditionalProperties = new(properties.ToDictionary(property => property.Key, property => (object?)property.Value)) };
        return (await reader.ReadAsync([new(ChatRole.User, "go")], options, TestContext.Current.CancellationToken)).Request;
    }

    private static async Task<string> CalibrationAsync()
    {
        await using var model = SmallModel.Load();
        RankedPart[] parts = [RankingSpecification.Part("length=5 words"), RankingSpecification.Part("distinct=1")];
        var calibration = await Calibrator.RunAsync(model, ["go"], parts.ToDictionary(part => part.Key, part => part.Heuristic), new() { SamplesPerPrompt = 6, MaxTokens = 8 }, null, TestContext.Current.CancellationToken);
        return CalibrationFile.ToJson(calibration);
    }

    // the examples' files, in a folder of the test's own
    private string WithFiles(string spec)
    {
        (string File, string Text)[] files =
        [
            ("formal.tsv", "bias\t0.1\nfox\t1\n"), ("toxic.tsv", "bias\t0.1\nfox\t1\n"), ("words.txt", "fox\nriver\n"), ("weights.json", FittedWeightsFile.ToJson(Fitted)), ("vader_lexicon.txt", "good\t1.9\nbad\t-2.5\n"),
            ("sums.gbnf", "root ::= \"a\" | \"b\""), ("fox.schema.json", """{ "type": "boolean" }"""),
        ];
        foreach (var (file, text) in files)
            if (spec.Contains(file, StringComparison.Ordinal)) spec = spec.Replace(file, Write(file, text), StringComparison.Ordinal);
        return spec;
    }

    private static FittedWeights Fitted => new() { Weights = [new("distinct=2", 1, 0, 2, new(1, 0, 1))], Pairs = 2, HeldOut = new(1, 0, 1) };

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
