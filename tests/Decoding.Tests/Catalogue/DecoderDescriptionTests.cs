using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DecoderDescriptionTests
{
    public static TheoryData<string> Names => [.. DecoderCatalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Describe_EachSettingOfADecoder_IsToldByItsNameWithItsValue(string name)
    {
        var entry = DecoderCatalogue.Get(name);
        // a preference is a selection that is made of heuristics, and what it wraps tells its own
        foreach (var setting in entry.Settings.Where(setting => setting.Name != "inner" && (name != "rps" || DecoderCatalogue.Get("sample").Find(setting.Name) is not null)))
        {
            if (Other(setting) is not { } value) continue;
            var settings = entry.Create([new(setting.Name, value), new("beam", 5), new("segmentMost", 80)]).Describe();
            if (setting.Name is not ("beam" or "segmentMost")) Assert.Equal(value, settings.GetValueOrDefault(setting.Name));
        }
        var plain = entry.Create().Describe();
        Assert.All(plain, setting => Assert.Contains(setting.Key, DecoderCatalogue.AllSettings.Select(known => known.Name)));
        // what is off is left out; what is not has its default
        foreach (var setting in entry.Settings)
            if (plain.TryGetValue(setting.Name, out var value)) Assert.Equal(setting.Default, value);
    }

    // a value that is not the default, nor off
    private static object? Other(DecoderSetting setting) => setting.Kind switch
    {
        SettingKind.Flag => true,
        SettingKind.Choice => setting.Choices.FirstOrDefault(choice => !choice.Equals(setting.Default)),
        SettingKind.Whole => (int)setting.Default + 2 is var whole && whole <= setting.Greatest ? whole : null,
        SettingKind.Number => (double)setting.Default + 0.25 is var number && number <= setting.Greatest ? number : (double)setting.Default - 0.25,
        _ => null,
    };
}
