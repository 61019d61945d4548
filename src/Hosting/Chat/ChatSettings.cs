using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>The settings that one chat request brings for its decoder, and for the preference that its answer is chosen by. Each is honoured or refused by what the caller wrote.</summary>
internal sealed class ChatSettings
{
    private readonly HostedDecoder _decoder;
    private readonly bool _isPreferring;
    private readonly Dictionary<string, object> _own;
    private readonly Dictionary<string, object> _preference = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _labels = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="decoder">The decoder.</param>
    /// <param name="target">The preference that the request names; null: the decoder's, or none.</param>
    public ChatSettings(HostedDecoder decoder, object? target)
    {
        _decoder = decoder;
        Target = target as PreferenceDirection;
        _isPreferring = decoder.Preset.Entry.Name == PreferenceSpecification.Decoder;
        HasPreference = _isPreferring || target is not null;
        _own = new(decoder.Preset.Settings, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether the answer is chosen by a preference.</summary>
    public bool HasPreference { get; }

    /// <summary>Whether something is set for the decoder itself.</summary>
    public bool ChangesDecoder => _labels.Keys.Any(_own.ContainsKey);

    /// <summary>What the caller wrote for the decoder's first setting.</summary>
    public string FirstLabel => _labels.First(label => _own.ContainsKey(label.Key)).Value;

    private PreferenceDirection? Target { get; }

    /// <exception cref="ArgumentException">The value is not of the setting's kind, or out of its range.</exception>
    public void Add(DecoderSetting setting, object value, string label)
    {
        var ofPreference = !_isPreferring && HasPreference && DecoderCatalogue.PreferenceSettings.Any(known => known.Name == setting.Name);
        var entry = ofPreference ? DecoderCatalogue.Get(PreferenceSpecification.Decoder) : _decoder.Preset.Entry;
        setting = entry.Find(setting.Name) ?? setting;
        try
        {
            (ofPreference ? _preference : _own)[setting.Name] = setting.Read(value);
        }
        catch (ArgumentException)
        {
            throw new ArgumentException(FormattableString.Invariant($"{label} must be {setting.Range}; it is '{value}'"));
        }
        _labels[setting.Name] = label;
    }

    /// <summary>The decoder with the settings.</summary>
    public DecoderParts Create() => _decoder.Preset.Entry.Create(_own);

    /// <exception cref="NotSupportedException">A setting does nothing in this request.</exception>
    public void RefuseIdle(DecodingRequest request)
    {
        Refuse(_decoder.Preset.Entry.FindIdle(_own, request));
        if (_preference.Count > 0) Refuse(DecoderCatalogue.Get(PreferenceSpecification.Decoder).FindIdle(_preference));
    }

    /// <summary>The request with its answer chosen by the preference, where there is one.</summary>
    public DecodingRequest Choose(DecodingRequest request, HeuristicNames names)
    {
        if (!HasPreference) return request;
        var values = DecoderCatalogue.Get(PreferenceSpecification.Decoder).Complete(_isPreferring ? _own : _preference);
        var selection = Target is { } target
            ? PreferenceSpecification.Read(target, values, request.Seed, _decoder.Preferences, names.Heuristic)
            : PreferenceSpecification.Read(values, request.Seed, _decoder.Preferences, names.Heuristic);
        return PreferenceSpecification.Choose(request, selection);
    }

    private void Refuse(IReadOnlyList<IdleSetting> idle)
    {
        foreach (var (name, reason) in idle)
            if (_labels.TryGetValue(name, out var label))
                throw new NotSupportedException($"{label} can't be honoured: {(HasPreference || DecoderCatalogue.PreferenceSettings.All(setting => setting.Name != name) ? reason : $"it goes with '{ChatOptionKeys.Preference}'")}");
    }
}
