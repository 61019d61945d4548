using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate</c> says of savings to people.</summary>
internal static class SavingsReport
{
    /// <summary>One line; nothing where there is neither a lookahead nor a constraint.</summary>
    public static void Write(IReadOnlyList<Saving> savings, PageWriter page)
    {
        if (savings.All(saving => !saving.Active || saving.Name == "finish")) return;
        page.Paragraph($"savings: {string.Join("; ", savings.Select(saving => saving.Active ? $"{saving.Name}: {saving.Note}" : $"{saving.Name} off: {saving.Note}"))}");
    }
}
