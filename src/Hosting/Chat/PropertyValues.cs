using System.Collections;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Reads additional properties, whatever form a number, text or list came in.</summary>
internal sealed class PropertyValues(AdditionalPropertiesDictionary? properties)
{
    /// <exception cref="NotSupportedException">A key is not known.</exception>
    public void RefuseUnknown()
    {
        foreach (var key in properties?.Keys ?? [])
            if (!ChatOptionKeys.All.Contains(key)) throw new NotSupportedException($"ChatOptions.AdditionalProperties has '{key}', which is not known; known are {string.Join(", ", ChatOptionKeys.All)}");
    }

    public object? Find(string key) => properties is not null && properties.TryGetValue(key, out var value) ? Plain(value) : null;

    public string? Text(string key) => Find(key) switch { null => null, string text => text, var other => throw Wrong(key, "a text", other) };

    public bool? Flag(string key) => Find(key) switch { null => null, bool flag => flag, string text when bool.TryParse(text, out var flag) => flag, var other => throw Wrong(key, "true or false", other) };

    public double? Number(string key) => Find(key) switch
    {
        null => null,
        double number => number,
        float number => number,
        int number => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        var other => throw Wrong(key, "a number", other),
    };

    /// <summary>A whole number of at least 1; null: none is given.</summary>
    public int? Count(string key) => Find(key) switch
    {
        null => null,
        int count and > 0 => count,
        double count when count >= 1 && count <= int.MaxValue && count == Math.Floor(count) => (int)count,
        string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => count,
        var other => throw Wrong(key, "a whole number of at least 1", other),
    };

    /// <summary>A whole number; null: none is given.</summary>
    public int? Whole(string key) => Find(key) switch
    {
        null => null,
        int whole => whole,
        double whole when whole >= int.MinValue && whole <= int.MaxValue && whole == Math.Floor(whole) => (int)whole,
        string text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        var other => throw Wrong(key, "a whole number", other),
    };

    /// <summary>What is given for a setting; null: nothing.</summary>
    public object? Setting(DecoderSetting setting, string key) =>
        Find(key) is not { } value ? null : setting.Kind == SettingKind.Texts ? List(key).Select(item => item as string ?? throw Wrong(key, "texts", item)).ToArray() : value;

    /// <summary>The value as a list: one that stands alone is a list of one.</summary>
    public IEnumerable<object> List(string key) => Find(key) switch
    {
        null => [],
        string text => [text],
        IEnumerable many => many.Cast<object?>().Select(item => Plain(item) ?? throw Wrong(key, "a list without gaps", many)),
        var one => [one],
    };

    public static ArgumentException Wrong(string key, string expected, object value) => new($"ChatOptions.AdditionalProperties['{key}'] must be {expected}; it is a {value.GetType().Name}");

    private static object? Plain(object? value) => value is not JsonElement json ? value : json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => json.EnumerateArray().Select(item => (object)item).ToList(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => json,
    };
}
