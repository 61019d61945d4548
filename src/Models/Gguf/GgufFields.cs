namespace DecodeAlign.Models;

/// <summary>A GGUF file's fields, read with their type and range checked; errors name file and field.</summary>
internal sealed class GgufFields(string file, IReadOnlyDictionary<string, object> values)
{
    public bool Has(string name) => values.ContainsKey(name);

    public int? FindInt(string name, int min, int max) => Find(name) switch
    {
        null => null,
        long number when number >= min && number <= max => (int)number,
        _ => throw Bad(name, $"must be an integer from {min} to {max}"),
    };

    public int Int(string name, int min, int max) => FindInt(name, min, max) ?? throw Bad(name, "is missing");

    public double? FindNumber(string name, double min, double max) => Find(name) switch
    {
        null => null,
        double number when number >= min && number <= max => number,
        long number when number >= min && number <= max => number,
        _ => throw Bad(name, $"must be a number from {min} to {max}"),
    };

    public bool Flag(string name, bool absent) => Find(name) switch
    {
        null => absent,
        bool flag => flag,
        _ => throw Bad(name, "must be true or false"),
    };

    public string? FindText(string name) => Find(name) switch
    {
        null => null,
        string text => text,
        _ => throw Bad(name, "must be a text"),
    };

    public string Text(string name) => FindText(name) ?? throw Bad(name, "is missing");

    public string[]? FindTexts(string name) => Find(name) switch
    {
        null => null,
        string[] texts => texts,
        _ => throw Bad(name, "must be a list of texts"),
    };

    public double[]? FindNumbers(string name) => Find(name) switch
    {
        null => null,
        double[] numbers => numbers,
        _ => throw Bad(name, "must be a list of numbers"),
    };

    public long[]? FindInts(string name) => Find(name) switch
    {
        null => null,
        long[] integers => integers,
        _ => throw Bad(name, "must be a list of integers"),
    };

    public ModelFormatException Bad(string name, string problem) => new(file, name, problem);

    private object? Find(string name) => values.GetValueOrDefault(name);
}
