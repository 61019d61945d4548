using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DecoderCatalogueTests
{
    public static TheoryData<string> Names => [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    [Fact]
    public void Create_WithoutSettings_IsThePresetOfTheName()
    {
        (string Name, DecoderParts Preset)[] presets =
        [
            ("greedy", Decoders.Greedy), ("sample", Decoders.Sample()), ("beam", Decoders.Beam()), ("grid-beam", Decoders.GridBeam()), ("deal", Decoders.Deal()), ("best-of", Decoders.BestOf()),
        ];
        Assert.Equal(typeof(Decoders).GetMethods().Where(method => method.ReturnType == typeof(DecoderParts)).Count(), presets.Length);
        Assert.Equal(DecoderParts.Default, Decoders.Deal());
        Assert.All(presets, preset => Assert.Equal(preset.Preset, DecoderCatalogue.Get(preset.Name).Create()));
    }

    [Fact]
    public void Create_WithSettings_IsThePresetWithThem()
    {
        Assert.Equal(Decoders.Deal(beam: 2, candidates: 5, lookahead: 4, lambda: 7.5), DecoderCatalogue.Get("Deal").Create([new("Beam", 2), new("candidates", 5), new("LOOKAHEAD", 4), new("lambda", 7.5)]));
        Assert.Equal(Decoders.Beam(6), DecoderCatalogue.Get("beam").Create([new("beam", 6)]));
        Assert.Equal(Decoders.Sample(0.5, 0.9), DecoderCatalogue.Get("sample").Create([new("temperature", 0.5), new("topP", 0.9)]));
        Assert.Equal(Decoders.BestOf(3, 0.9), DecoderCatalogue.Get("best-of").Create([new("answers", 3), new("temperature", 0.9)]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_EachSettingAtAnotherValue_ChangesTheDecoderOrIsToldToBeIdle(string name)
    {
        var entry = DecoderCatalogue.Get(name);
        Assert.Equal(entry.Settings.Count, entry.Settings.Select(setting => setting.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var setting in entry.Settings)
        {
            KeyValuePair<string, object>[] given = [new(setting.Name, Another(setting))];
            // what RPS alone has stands in its request, not in its parts
            if (name == "rps" && DecoderCatalogue.Get("sample").Find(setting.Name) is null) continue;
            Assert.True(entry.Create() != entry.Create(given) || entry.FindIdle(given).Count > 0, $"{name}: {setting.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Create_OutOfRange_NamesTheSetting(string name)
    {
        var entry = DecoderCatalogue.Get(name);
        foreach (var setting in entry.Settings.Where(setting => setting.Kind is not (SettingKind.Text or SettingKind.Texts)))
        {
            var fault = Assert.Throws<ArgumentException>(() => entry.Create([new(setting.Name, setting.Kind == SettingKind.Choice ? "neither" : setting.Kind == SettingKind.Flag ? 1 : double.NaN)]));
            Assert.StartsWith($"{setting.Name} must be {setting.Range}; it is ", fault.Message, StringComparison.Ordinal);
            Assert.Equal(setting.Name, fault.ParamName);
        }
    }

    [Fact]
    public void FindIdle_SettingsOfOthers_AreToldWithWhoHasThem()
    {
        var idle = DecoderCatalogue.Get("greedy").FindIdle([new("beam", 3), new("repetitionPenalty", 1.2), new("noSuch", 1)]);
        Assert.Equal(new IdleSetting("beam", "greedy has no such setting; deal, deal-paper, grid-beam, neurologic, beam, diverse-beam, stochastic-beam, particles, step-beam have it"), Assert.Single(idle));
    }

    [Fact]
    public void FindIdle_WithoutARequest_TellsOnlyWhatDoesNothingInAny()
    {
        var deal = DecoderCatalogue.Get("deal");
        Assert.Empty(deal.FindIdle([new("lambda", 2.0), new("lookahead", 4), new("suggestions", 2)]));
        var request = new DecodingRequest { Prompt = "" };
        Assert.Equal(["lambda", "lookahead", "suggestions"], deal.FindIdle([new("lambda", 2.0), new("lookahead", 4), new("suggestions", 2)], request).Select(idle => idle.Name));
        Assert.Equal("with λ = 0 the heuristics are not consulted", Assert.Single(deal.FindIdle([new("lambda", 0.0), new("lookahead", 4)])).Reason);
    }

    [Fact]
    public void FindIdle_OverAnInnerDecoder_KnowsItsSettings()
    {
        var rps = DecoderCatalogue.Get("rps");
        Assert.Empty(rps.FindIdle([new("inner", "deal"), new("beam", 2), new("directions", 3), new("adaptive", true)]));
        Assert.Equal("rps over sample has no such setting; deal, deal-paper, grid-beam, neurologic, beam, diverse-beam, stochastic-beam, particles, step-beam have it", Assert.Single(rps.FindIdle([new("beam", 2)])).Reason);
        Assert.Equal(Decoders.Deal(beam: 2), rps.Create([new("inner", "deal"), new("beam", 2), new("directions", 3)]));
        // the paper's decoding
        Assert.Equal(PreferencePlan.PaperDecoder, rps.Create());
    }

    [Fact]
    public void OptionName_OfEachSetting_IsKebabCaseOfItsOneName()
    {
        Assert.Equal("--length-exponent", DecoderCatalogue.FindSetting("lengthExponent")!.OptionName);
        Assert.All(DecoderCatalogue.AllSettings, setting => Assert.Matches("^--[a-z]+(-[a-z]+)*$", setting.OptionName));
        // two decoders may differ in the default and the range of a setting, never in its kind
        foreach (var entry in DecoderCatalogue.All)
            Assert.All(entry.Settings, setting => Assert.Equal(setting.Kind, DecoderCatalogue.FindSetting(setting.Name)!.Kind));
    }

    private static object Another(DecoderSetting setting) => setting.Kind switch
    {
        SettingKind.Flag => !(bool)setting.Default,
        SettingKind.Choice => setting.Choices.First(word => word != (string)setting.Default),
        SettingKind.Whole => (int)setting.Default == (int)Math.Max(setting.Least, 0) ? (int)setting.Default + 1 : (int)setting.Default - 1,
        SettingKind.Number => (double)setting.Default + (((double)setting.Default + 0.25) <= setting.Greatest ? 0.25 : -0.25),
        SettingKind.Text => "other",
        _ => (string[])["other"],
    };
}
