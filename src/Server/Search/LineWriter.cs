using System.Text;

namespace DecodeAlign.Server;

/// <summary>Hands on what is written line by line.</summary>
internal sealed class LineWriter(Action<string> onLine) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value != '\n') _line.Append(value);
        else
        {
            onLine(_line.ToString());
            _line.Clear();
        }
    }

    public override void Write(string? value)
    {
        // a line of JSON holds no line break
        if (value?.Contains('\n', StringComparison.Ordinal) == false) _line.Append(value);
        else base.Write(value);
    }
}
