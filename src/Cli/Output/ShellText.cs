namespace DecodeAlign.Cli;

/// <summary>Writes arguments so that bash, zsh, PowerShell and cmd all take them as they are meant.</summary>
internal static class ShellText
{
    /// <summary>In double quotes, where it holds more than letters, digits and what no shell changes.</summary>
    public static string Quoted(string argument) => argument.Length > 0 && argument.All(IsPlain) ? argument : $"\"{argument}\"";

    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or '=' or '+' or '%';
}
