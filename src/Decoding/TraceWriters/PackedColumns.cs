using System.Globalization;
using System.Text.Json;

namespace DecodeAlign.Decoding;

/// <summary>
/// Columns of a packed step. One that only has its missing value (0, null or an empty text) is not written; one whose values are all equal is written as that value; the missing values at a column's end are left off.
/// </summary>
internal sealed class PackedColumns(Utf8JsonWriter json)
{
    /// <summary>To a ten-thousandth; of what is below a thousandth, to two digits that count.</summary>
    public static double Round(double value) => !double.IsFinite(value) || value == 0 ? value
        : Math.Abs(value) >= 1e-3 ? Math.Round(value, 4)
        : double.Parse(value.ToString("E1", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public void Number(string name, int value) => json.WriteNumber(name, value);

    public void Whole(string name, int[] values) => Column(name, values, 0, json.WriteNumberValue);

    public void Real(string name, double?[] values) => Column(name, values, null, Real);

    public void Strings(string name, string[] values) => Column(name, values, "", json.WriteStringValue);

    /// <summary>What falls slowly, in ten-thousandths: the first value, then what each is above the one before; where one is infinite or beyond 10¹¹, as real numbers under the name with <c>Real</c> after it.</summary>
    public void Sorted(string name, double[] values)
    {
        if (Array.Exists(values, value => !(Math.Abs(value) <= 1e11)))
        {
            Real(name + "Real", [.. values.Select(value => (double?)value)]);
            return;
        }
        json.WriteStartArray(name);
        var before = 0L;
        foreach (var value in values)
        {
            var place = (long)Math.Round(value * 1e4);
            json.WriteNumberValue(place - before);
            before = place;
        }
        json.WriteEndArray();
    }

    /// <summary>Texts of a step; of one that an earlier step had, its place in the table of all.</summary>
    public void Texts(string name, IReadOnlyCollection<string> texts, Dictionary<string, int> known)
    {
        if (texts.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            if (known.TryAdd(text, known.Count)) json.WriteStringValue(text);
            else json.WriteNumberValue(known[text]);
        }
        json.WriteEndArray();
    }

    /// <summary>Tokens that are new to the table: text, ids, and 1 after a special one.</summary>
    public void Tokens(string name, List<(IReadOnlyList<int> Ids, string Text, bool IsSpecial)> tokens)
    {
        if (tokens.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var (ids, text, isSpecial) in tokens)
        {
            json.WriteStartArray();
            json.WriteStringValue(text);
            json.WriteStartArray();
            foreach (var id in ids) json.WriteNumberValue(id);
            json.WriteEndArray();
            if (isSpecial) json.WriteNumberValue(1);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>A list for each candidate, null where they were not asked.</summary>
    public void Heuristics(string name, IReadOnlyList<TraceCandidate> candidates)
    {
        if (candidates.All(one => one.Heuristics is null or [])) return;
        json.WriteStartArray(name);
        foreach (var one in candidates.Take(1 + candidates.Select((one, i) => one.Heuristics is null ? -1 : i).Max())) List(one.Heuristics);
        json.WriteEndArray();
    }

    /// <summary>A list for each mask: after, 1 where it forced, what it took, then forbidden tokens and their log-probabilities in turn.</summary>
    public void Masks(string name, List<(int After, TraceMask Mask, int[] Forbidden)> masks)
    {
        if (masks.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var (after, mask, forbidden) in masks)
        {
            json.WriteStartArray();
            json.WriteNumberValue(after);
            json.WriteNumberValue(mask.Forces ? 1 : 0);
            Real(mask.Loss);
            foreach (var (token, told) in forbidden.Zip(mask.Forbidden))
            {
                json.WriteNumberValue(token);
                Real(told.LogProbability);
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private void List(IReadOnlyList<double>? values)
    {
        if (values is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartArray();
        foreach (var value in values) Real(value);
        json.WriteEndArray();
    }

    private void Column<T>(string name, T[] values, T missing, Action<T> write)
    {
        var (least, equal) = (values.Length, EqualityComparer<T>.Default);
        while (least > 0 && equal.Equals(values[least - 1], missing)) least--;
        if (least == 0) return;
        json.WritePropertyName(name);
        if (values.Length > 1 && Array.TrueForAll(values, value => equal.Equals(value, values[0])))
        {
            write(values[0]);
            return;
        }
        json.WriteStartArray();
        foreach (var value in values.AsSpan(0, least)) write(value);
        json.WriteEndArray();
    }

    private void Real(double? value)
    {
        if (value is not { } known) json.WriteNullValue();
        else if (double.IsFinite(known)) json.WriteNumberValue(Round(known));
        else json.WriteStringValue(known.ToString(CultureInfo.InvariantCulture));
    }
}
