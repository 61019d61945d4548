using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>docs/decoders.md as the catalogue has it.</summary>
internal static class DecodersPage
{
    public static string Write()
    {
        var page = new StringBuilder();
        page.Append("""
            # Decoders

            What `--decoder` takes, a configuration's `Preset`, `DecoderCatalogue.Get` and the presets of `Decoders`: one list, with one set of default values. `decodealign decoders` prints it, `--json` for programs. A setting
            `lengthExponent` is `--length-exponent` on the command line, `"LengthExponent"` in configuration and `decodealign.lengthExponent` in a chat request. One that can do nothing, because the decoder does not have it
            or the rest of the request leaves it nothing to do, is noted on the command line and refused in configuration and chat. A test holds this page to the catalogue.

            | decoder | | paper |
            |---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (var entry in DecoderCatalogue.All) page.Append($"| [`{entry.Name}`](#{entry.Name}) | {Cell(entry.Summary)} | {Paper(entry)} |\n");
        foreach (var entry in DecoderCatalogue.All)
        {
            page.Append($"\n## {entry.Name}\n\n{entry.Summary}{(entry.Paper is null ? "" : $" {Paper(entry)}.")}\n\n| setting | | values | default |\n|---|---|---|---|\n");
            foreach (var setting in entry.Settings) page.Append($"| `{setting.Name}` | {Cell(setting.Meaning)} | {Cell(setting.Range)} | {setting.DefaultText} |\n");
        }
        return page.ToString();
    }

    private static string Paper(DecoderEntry entry) => entry.Paper is null ? "" : entry.Paper.StartsWith("arXiv ", StringComparison.Ordinal) ? $"[{entry.Paper}](https://arxiv.org/abs/{entry.Paper[6..]})" : entry.Paper;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
