using System.Globalization;
using DecodeAlign.Decoding;
using Microsoft.Extensions.Configuration;

namespace DecodeAlign.Hosting;

/// <summary>
/// Reads a configuration section value by value and collects what is wrong with it: all faults at once, each with its key, where the usual binder stops at the first and passes
/// over keys that it does not know.
/// </summary>
internal sealed class SettingsReader(IConfigurationSection section, List<string> faults)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public void Text(string key, Action<string> set) => Read(key, "a text", text => (true, text), set);

    public void Flag(string key, Action<bool> set) => Read(key, "true or false", text => (bool.TryParse(text, out var value), value), set);

    public void Integer(string key, Action<int> set) =>
        Read(key, "a whole number", text => (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value), value), set);

    public void Long(string key, Action<long> set) =>
        Read(key, "a whole number", text => (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value), value), set);

    public void Seed(string key, Action<ulong> set) =>
        Read(key, "a whole number, at least 0", text => (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value), value), set);

    public void Number(string key, Action<double> set) =>
        Read(key, "a number", text => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value), value), set);

    public void Choice<T>(string key, Action<T> set)
        where T : struct, Enum =>
        Read(key, "one of " + string.Join(", ", Enum.GetNames<T>()), text => (Enum.TryParse<T>(text, true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text[0]), value), set);

    /// <summary>A list of texts; one text stands for a list of one.</summary>
    public void Texts(string key, IList<string> list)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (child.Value is { Length: > 0 } single) list.Add(single);
        foreach (var entry in child.GetChildren())
        {
            if (entry.Value is { } text) list.Add(text);
            else faults.Add($"{entry.Path} must be a text");
        }
    }

    /// <summary>A setting of a decoder, as text; what it may be is checked when the decoder is known.</summary>
    public void Setting(DecoderSetting setting, Action<string, object> set)
    {
        if (setting.Kind == SettingKind.Texts)
        {
            var texts = new List<string>();
            Texts(setting.Name, texts);
            if (texts.Count > 0) set(setting.Name, texts);
            return;
        }
        // under the name that the configuration calls it by
        var key = section.GetChildren().FirstOrDefault(child => child.Key.Equals(setting.Name, StringComparison.OrdinalIgnoreCase))?.Key;
        Read(setting.Name, setting.Range, text => (true, text), text => set(key ?? setting.Name, text));
    }

    /// <summary>Named parts, each a section of its own.</summary>
    public void Parts<T>(string key, IDictionary<string, T> parts, Action<SettingsReader, T> read)
        where T : new()
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (!string.IsNullOrEmpty(child.Value)) faults.Add($"{child.Path} must be a section with a part for each name; it is '{child.Value}'");
        foreach (var part in child.GetChildren())
        {
            if (!parts.TryGetValue(part.Key, out var options)) parts.Add(part.Key, options = new());
            if (!string.IsNullOrEmpty(part.Value)) faults.Add($"{part.Path} must be a section; it is '{part.Value}'");
            var reader = new SettingsReader(part, faults);
            read(reader, options);
            reader.End();
        }
    }

    /// <summary>Refuses every key that nobody asked for.</summary>
    public void End()
    {
        foreach (var child in section.GetChildren())
            if (!_known.Contains(child.Key)) faults.Add($"{child.Path} is no known setting; known here are {string.Join(", ", _known)}");
    }

    private void Read<T>(string key, string expected, Func<string, (bool Ok, T Value)> parse, Action<T> set)
    {
        _known.Add(key);
        var child = section.GetSection(key);
        if (child.Value is not { Length: > 0 } text)
        {
            if (child.GetChildren().Any()) faults.Add($"{child.Path} must be {expected}, not a section");
            return;
        }
        var (ok, value) = parse(text);
        if (ok) set(value);
        else faults.Add($"{child.Path} must be {expected}; it is '{text}'");
    }
}
