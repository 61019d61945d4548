using DecodeAlign.Constraints;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Hosting;

/// <summary>How models write calls of tools, told by their chat templates.</summary>
internal static class ToolFormats
{
    private static readonly (string Name, ToolCallFormat Format)[] Named = [("hermes", ToolCallFormat.Hermes), ("llama", ToolCallFormat.Llama)];

    /// <summary>The format of a template; that of <c>&lt;tool_call&gt;</c> where it shows none.</summary>
    public static ToolCallFormat Of(ChatTemplate? template) =>
        template is not null && !template.Source.Contains("<tool_call>", StringComparison.Ordinal) && template.Source.Contains("\"parameters\": ", StringComparison.Ordinal) ? ToolCallFormat.Llama : ToolCallFormat.Hermes;

    /// <exception cref="ArgumentException">There is no format of this name.</exception>
    public static ToolCallFormat Read(object value) => value switch
    {
        ToolCallFormat format => format,
        string name when Array.Find(Named, known => known.Name == name) is { Format: { } format } => format,
        _ => throw PropertyValues.Wrong(ChatOptionKeys.ToolFormat, $"a {nameof(ToolCallFormat)}, or one of {string.Join(", ", Named.Select(known => known.Name))}", value),
    };
}
