namespace DecodeAlign.Hosting;

/// <summary>What an exception says, without the name of a parameter that the reader of a configuration does not know.</summary>
internal static class PlainMessage
{
    public static string Of(Exception fault) =>
        fault is ArgumentException { ParamName: { } name } ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : fault.Message;
}
