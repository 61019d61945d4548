namespace DecodeAlign.Decoding;

/// <summary>The settings of Robust Preference Selection beside its inner decoder's.</summary>
internal static class RpsSettings
{
    public static IReadOnlyList<DecoderSetting> All { get; } =
    [
        Text("preference", "What rps prefers, such as positivity=0.8,brevity=0.6. Weights of two objectives or more; scaled to a unit vector; or fitted:FILE, as decodealign fit learned them. The embedded model knows positivity, brevity, dialogue and vividness."),
        new() { Name = "objective", Kind = SettingKind.Texts, Default = Array.Empty<string>(), Meaning = "What measures an objective, as a heuristic: short=length=..40. Several may be given. An objective without one is the model's own of that name." },
        Text("conditioner", "How the model is told of a direction. line: \"Preference: positivity +080 …\", as the embedded model reads it; dpa: a weighted rating; steerlm: attributes 0 to 4; or a text with {prompt} and {NAME} or {NAME%} for weights. None: line for a model that has objectives.json, otherwise dpa."),
        Settings.Integer("directions", "Number of directions that are asked.", 5, 1) with { Greatest = 10_000 },
        Settings.Number("neighbourhood", "Greatest angle between the preference and a direction that is asked, in degrees.", 30.0, 0) with { IsAboveLeast = true, Greatest = 90 },
        new() { Name = "sampler", Kind = SettingKind.Choice, Choices = ["grid", "cap", "symmetric"], Default = "grid", Meaning = "grid: the nearest directions on a grid, the preference itself first; cap: uniform on the spherical cap; symmetric: mirror images out to the greatest angle." },
        Settings.Number("gridStep", "The grid's step, in degrees.", 5.0, 0) with { IsAboveLeast = true, Greatest = 90 },
        Settings.Integer("answers", "Answers in all, at least one a direction; 0: one a direction, or two where they are spent by halving.", 0, 0) with { Greatest = 10_000 },
        Settings.Flag("adaptive", "Spends the answers by successive halving: asks every direction, then the better half of them again, and so on."),
        Settings.Number("scorerTimeout", "Seconds that an objective may take to rate the answers, where more is an error; 0: no limit.", 0.0, 0) with { Greatest = 86_400 },
    ];

    private static DecoderSetting Text(string name, string meaning) => new() { Name = name, Kind = SettingKind.Text, Default = "", Meaning = meaning };
}
