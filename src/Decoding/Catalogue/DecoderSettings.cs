namespace DecodeAlign.Decoding;

/// <summary>Values for a decoder's settings, by name; what is not given is the decoder's default. Names are compared without regard to case.</summary>
internal sealed class DecoderSettings
{
    private readonly DecoderEntry _entry;
    private readonly Dictionary<string, object> _values = new(StringComparer.OrdinalIgnoreCase);

    public DecoderSettings(DecoderEntry entry, IEnumerable<KeyValuePair<string, object>> given)
    {
        _entry = entry;
        foreach (var setting in entry.Settings) _values[setting.Name] = setting.Default;
        Given = [.. given];
        var named = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in Given)
        {
            if (entry.Find(name) is not { } setting) continue;
            _values[setting.Name] = setting.Check(value);
            named.Add(name);
        }
        foreach (var setting in entry.Settings)
            if (setting.DefaultsTo is { } other && !named.Contains(setting.Name)) _values[setting.Name] = _values[other];
    }

    /// <summary>What was given, the names of other decoders' settings too.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Given { get; }

    /// <summary>All settings of the decoder with their values, in its order.</summary>
    public IEnumerable<KeyValuePair<string, object>> Values => _entry.Settings.Select(setting => new KeyValuePair<string, object>(setting.Name, _values[setting.Name]));

    public int Integer(DecoderSetting setting, int otherwise = 0) => _values.TryGetValue(setting.Name, out var value) ? (int)value : otherwise;

    public double Number(DecoderSetting setting, double otherwise = 0) => _values.TryGetValue(setting.Name, out var value) ? (double)value : otherwise;

    public bool Flag(DecoderSetting setting) => _values.TryGetValue(setting.Name, out var value) && (bool)value;

    public string Text(DecoderSetting setting) => _values.TryGetValue(setting.Name, out var value) ? (string)value : "";

    public string Choice(DecoderSetting setting) => (string)_values[setting.Name];
}
