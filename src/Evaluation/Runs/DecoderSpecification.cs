using System.Globalization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>
/// A decoder as a line of text: <c>NAME</c> or <c>NAME:setting=value,…</c>, by the names of <see cref="DecoderCatalogue"/>. One whole-number setting may be <c>fit</c>: it is made as large as a budget of token evaluations allows. Immutable.
/// </summary>
public sealed class DecoderSpecification
{
    private const string Fit = "fit";
    private readonly DecoderEntry _entry;
    private readonly Dictionary<string, object> _settings = new(StringComparer.OrdinalIgnoreCase);

    private DecoderSpecification(DecoderEntry entry) => _entry = entry;

    /// <summary>The setting that is fitted to a budget; null: none is, and what the decoder costs it costs.</summary>
    public string? Fitted { get; private set; }

    /// <summary>The least value that the fitted setting may have.</summary>
    internal int Least { get; private set; } = 1;

    /// <summary>Reads a specification.</summary>
    /// <param name="text">Such as <c>best-of:answers=fit,temperature=0.6,chooseBy=heuristics</c>.</param>
    /// <exception cref="FormatException">It can't be read; the message says what is wrong.</exception>
    public static DecoderSpecification Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':', 2);
        try
        {
            var read = new DecoderSpecification(DecoderCatalogue.Get(parts[0].Trim()));
            if (read._entry.Name == "rps") throw new FormatException("rps needs a preference, which a task does not have; experiments rps measures it");
            foreach (var pair in parts.Length < 2 ? [] : parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) read.Set(pair);
            read.FindLeast();
            if (read.Create(read.Least).Selection is JudgedSelection { JudgeModel.Length: > 0 }) throw new FormatException("judgeModel can't be named here: the model judges its own answers");
            return read;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException)
        {
            throw new FormatException($"decoder '{text}': {(fault is ArgumentException { ParamName: { } name } ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : fault.Message)}", fault);
        }
    }

    /// <summary>Makes the decoder.</summary>
    /// <param name="fitted">The value of the fitted setting; not used where there is none.</param>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public DecoderParts Create(int? fitted) =>
        _entry.Create(Fitted is null ? _settings : _settings.Append(new(Fitted, fitted ?? throw new ArgumentNullException(nameof(fitted), $"{Fitted} has to be fitted first"))));

    // some settings speak of others: a beam has at least as many places as groups
    private void FindLeast()
    {
        const int Most = 64;
        for (Least = 1; ; Least++)
        {
            try
            {
                Create(Least);
                return;
            }
            catch (ArgumentException) when (Fitted is not null && Least < Most)
            {
                // one more
            }
        }
    }

    private void Set(string pair)
    {
        var equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) throw new FormatException($"'{pair}' is no setting=value");
        var (name, value) = (pair[..equals].Trim(), pair[(equals + 1)..].Trim());
        var setting = _entry.Find(name) ?? throw new FormatException($"{_entry.Name} has no setting '{name}'; it has {string.Join(", ", _entry.Settings.Select(own => own.Name))}");
        if (_settings.ContainsKey(setting.Name) || Fitted == setting.Name) throw new FormatException($"{setting.Name} is given twice");
        if (value != Fit) _settings.Add(setting.Name, setting.Read(value));
        else if (setting.Kind != SettingKind.Whole) throw new FormatException($"{setting.Name} can't be fitted: it is {setting.Range}");
        else if (Fitted is not null) throw new FormatException($"{Fitted} and {setting.Name} can't both be fitted");
        else Fitted = setting.Name;
    }

    /// <summary>How a fitted value is told.</summary>
    internal static string Describe(string text, int? fitted) => fitted is { } value ? text.Replace("=" + Fit, string.Create(CultureInfo.InvariantCulture, $"={value}"), StringComparison.Ordinal) : text;
}
