using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>What the options of a decoder come down to: a decoder of the catalogue with the settings that were given, and the limits of its requests.</summary>
/// <param name="Entry">The decoder.</param>
/// <param name="Settings">The settings that were given.</param>
/// <param name="Request">A request with the decoder and its limits, and without a prompt.</param>
internal sealed record DecoderPreset(DecoderEntry Entry, IReadOnlyDictionary<string, object> Settings, DecodingRequest Request)
{
    /// <summary>What its requests rank by, of which more may be brought by each.</summary>
    public RankingSpecification Ranking { get; init; } = new();

    /// <summary>How the models among them that score are asked, and those of its requests.</summary>
    public ScoringModelSettings Scoring { get; init; } = new();

    /// <summary>What guides it, of which a request may change parts.</summary>
    public GuidanceSettings Guidance { get; init; } = new();

    /// <summary>Reads the options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="fault">Hears of everything that is wrong with them: a key, and what is wrong with it.</param>
    /// <returns>Null where something is wrong.</returns>
    public static DecoderPreset? Read(DecoderOptions options, Action<string, string> fault)
    {
        var faults = 0;
        void Wrong(string key, string message)
        {
            faults++;
            fault(key, message);
        }

        var entry = DecoderCatalogue.All.FirstOrDefault(known => known.Name.Equals(options.Preset, StringComparison.OrdinalIgnoreCase));
        if (entry is null) Wrong(nameof(options.Preset), $"must be one of {string.Join(", ", DecoderCatalogue.All.Select(known => known.Name))}; it is '{options.Preset}'");
        var settings = ReadSettings(options, entry, Wrong);
        if (entry is not null && faults == 0)
        {
            foreach (var (key, message) in Idle(entry, settings)) Wrong(key, message);
        }
        var request = Limits(options, Wrong);
        return faults > 0 ? null : new(entry!, settings, request with { Decoder = entry!.Create(settings) });
    }

    private static Dictionary<string, object> ReadSettings(DecoderOptions options, DecoderEntry? entry, Action<string, string> fault)
    {
        var settings = new Dictionary<string, object>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in options.Settings)
        {
            if ((entry?.Find(key) ?? DecoderCatalogue.FindSetting(key)) is not { } setting)
            {
                fault(key, $"is no setting of a decoder; there are {string.Join(", ", (entry?.Settings ?? DecoderCatalogue.AllSettings).Select(known => known.Name))}");
                continue;
            }
            try
            {
                settings.Add(key, setting.Read(value));
            }
            catch (ArgumentException)
            {
                fault(key, $"must be {setting.Range}; it is '{value}'");
            }
        }
        return settings;
    }

    private static List<(string Key, string Message)> Idle(DecoderEntry entry, Dictionary<string, object> settings)
    {
        try
        {
            return [.. entry.FindIdle(settings).Select(idle => (settings.Keys.First(key => key.Equals(idle.Name, StringComparison.OrdinalIgnoreCase)), $"does nothing here: {idle.Reason}"))];
        }
        catch (ArgumentException wrong)
        {
            // settings that are right each and not together
            return [(nameof(DecoderOptions.Settings), PlainMessage.Of(wrong))];
        }
    }

    private static DecodingRequest Limits(DecoderOptions options, Action<string, string> fault)
    {
        void Check(string key, bool holds, string expected, object? actual)
        {
            if (!holds) fault(key, FormattableString.Invariant($"must be {expected}; it is {actual}"));
        }

        Check(nameof(options.MaxTokens), options.MaxTokens is null or >= 1, "at least 1", options.MaxTokens);
        Check(nameof(options.Budget), options.Budget is null or >= 0, "at least 0", options.Budget);
        Check(nameof(options.DeadlineSeconds), options.DeadlineSeconds is null or (>= 0 and <= 86_400), "between 0 and 86400", options.DeadlineSeconds);
        Check(nameof(options.StopSequences), !options.StopSequences.Any(string.IsNullOrEmpty), "texts that are not empty", "an empty text");
        var request = new DecodingRequest { Prompt = "" };
        return request with
        {
            MaxTokens = options.MaxTokens ?? request.MaxTokens,
            Seed = options.Seed ?? request.Seed,
            StopSequences = [.. options.StopSequences],
            Budget = options.Budget ?? request.Budget,
            Priority = options.Priority ?? request.Priority,
            Deadline = options.DeadlineSeconds is >= 0 and <= 86_400 and var seconds ? TimeSpan.FromSeconds(seconds) : request.Deadline,
        };
    }
}
