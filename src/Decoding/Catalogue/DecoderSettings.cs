namespace DecodeAlign.Decoding;

/// <summary>Values for a decoder's settings, by name; what is not given is the decoder's default. Names are compared without regard to case.</summary>
public sealed class DecoderSettings
{
    private readonly DecoderEntry _entry;
    private readonly Dictionary<string, object> _values = new(StringComparer.OrdinalIgnoreCase);

    internal DecoderSettings(DecoderEntry entry, IEnumerable<KeyValuePair<string, object>> given)
    {
        _entry = entry;
        foreach (var setting in entry.Settings) _values[setting.Name] = setting.Default;
        foreach (var (name, value) in given)
            if (entry.Find(name) is { } setting) _values[setting.Name] = setting.Check(value);
    }

    /// <summary>All settings of the decoder with their values, in its order.</summary>
    public IEnumerable<KeyValuePair<string, object>> Values => _entry.Settings.Select(setting => new KeyValuePair<string, object>(setting.Name, _values[setting.Name]));

    internal int Integer(DecoderSetting setting, int otherwise = 0) => _values.TryGetValue(setting.Name, out var value) ? (int)value : otherwise;

    internal double Number(DecoderSetting setting, double otherwise = 0) => _values.TryGetValue(setting.Name, out var value) ? (double)value : otherwise;

    internal bool Flag(DecoderSetting setting) => _values.TryGetValue(setting.Name, out var value) && (bool)value;

    internal string Choice(DecoderSetting setting) => (string)_values[setting.Name];
}
