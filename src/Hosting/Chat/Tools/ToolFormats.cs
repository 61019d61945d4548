using System.Security.Cryptography;
using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Hosting;

/// <summary>How models write calls of tools, told by their chat templates.</summary>
internal static class ToolFormats
{
    private const int MistralId = 9;

    private static readonly (string Name, ToolCallFormat Format)[] Named = [("hermes", ToolCallFormat.Hermes), ("llama", ToolCallFormat.Llama), ("mistral", ToolCallFormat.Mistral)];

    /// <summary>The format of a template; that of <c>&lt;tool_call&gt;</c> where it shows none.</summary>
    public static ToolCallFormat Of(ChatTemplate? template)
    {
        var source = template?.Source ?? "";
        // later templates of Mistral's write the name apart, [TOOL_CALLS]name[ARGS]{…}, which is no format here
        return Shows("<tool_call>") ? ToolCallFormat.Hermes
            : Shows("[TOOL_CALLS]") ? Shows("[ARGS]") ? ToolCallFormat.Hermes : ToolCallFormat.Mistral
            : Shows("\"parameters\": ") ? ToolCallFormat.Llama : ToolCallFormat.Hermes;

        bool Shows(string text) => source.Contains(text, StringComparison.Ordinal);
    }

    /// <summary>What a template is given as a call's id: Mistral's take nine letters and digits, and refuse what another client made.</summary>
    public static string Id(string callId, ToolCallFormat format) =>
        format != ToolCallFormat.Mistral || (callId.Length == MistralId && callId.All(char.IsAsciiLetterOrDigit)) ? callId : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(callId)))[..MistralId];

    /// <exception cref="ArgumentException">There is no format of this name.</exception>
    public static ToolCallFormat Read(object value) => value switch
    {
        ToolCallFormat format => format,
        string name when Array.Find(Named, known => known.Name == name) is { Format: { } format } => format,
        _ => throw PropertyValues.Wrong(ChatOptionKeys.ToolFormat, $"a {nameof(ToolCallFormat)}, or one of {string.Join(", ", Named.Select(known => known.Name))}", value),
    };
}
