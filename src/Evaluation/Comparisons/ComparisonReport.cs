using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Evaluation;

/// <summary>A text of a comparison, and what it is worth and cost.</summary>
/// <param name="Text">The text.</param>
/// <param name="Reward">h, what searches rank by; null: there are no heuristics.</param>
/// <param name="Unseen">The unseen scorer's value; null: there is none.</param>
/// <param name="LogProbability">log P of the whole text, in nats.</param>
/// <param name="Tokens">Tokens of the text.</param>
/// <param name="Evaluations">Token evaluations, the prompt's included.</param>
/// <param name="Passes">Batched passes.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ComparisonText(string Text, double? Reward, double? Unseen, double LogProbability, int Tokens, long Evaluations, long Passes, double Seconds);

/// <summary>A decoder's texts, one for each prompt, in order; means over them.</summary>
/// <param name="Decoder">The decoder, with what was fitted.</param>
/// <param name="Texts">Its texts.</param>
public sealed record ComparisonRow(string Decoder, IReadOnlyList<ComparisonText> Texts)
{
    /// <summary>Mean reward; null: there are no heuristics.</summary>
    public double? Reward => Texts[0].Reward is null ? null : Texts.Average(text => text.Reward!.Value);

    /// <summary>Mean of the unseen scorer; null: there is none.</summary>
    public double? Unseen => Texts[0].Unseen is null ? null : Texts.Average(text => text.Unseen!.Value);

    /// <summary>Mean log P of a text, in nats.</summary>
    public double LogProbability => Texts.Average(text => text.LogProbability);

    /// <summary>Mean token evaluations a text.</summary>
    public double Evaluations => Texts.Average(text => text.Evaluations);

    /// <summary>Mean passes a text.</summary>
    public double Passes => Texts.Average(text => text.Passes);

    /// <summary>Mean wall time a text, in seconds.</summary>
    public double Seconds => Texts.Average(text => text.Seconds);
}

/// <summary>What came of a <see cref="Comparison"/>. Immutable.</summary>
public sealed record ComparisonReport
{
    /// <summary>The prompts.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>Names of what searches rank by.</summary>
    public required IReadOnlyList<string> Heuristics { get; init; }

    /// <summary>Name of the unseen scorer; null: there is none.</summary>
    public string? Unseen { get; init; }

    /// <summary>The budget of token evaluations a text; 0: none.</summary>
    public required long Budget { get; init; }

    /// <summary>Most tokens of a text.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The decoders, in the order in which they were named.</summary>
    public required IReadOnlyList<ComparisonRow> Decoders { get; init; }

    /// <summary>The table's columns, in words; those that there is nothing for are left out.</summary>
    public IReadOnlyList<string> Columns() => ComparisonPage.Columns(this);

    /// <summary>The table's rows: a decoder's means each.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows() => [.. Decoders.Select(decoder => ComparisonPage.Row(this, decoder))];

    /// <summary>All of it as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ComparisonJson.Readable.ComparisonReport);

    /// <summary>The table in Markdown: what each decoder does, its paper, what its texts are worth, what they lose of the model's log P, their divergence from the model where it is known, and what they cost.</summary>
    /// <param name="command">A command line that made it; null: none is told.</param>
    public string ToMarkdown(string? command = null) => ComparisonMarkdown.Write(this, command);

    /// <summary>A page of its own: the table, plots of reward against cost and log P, and the texts side by side.</summary>
    public string ToHtml() => ComparisonPage.Write(this);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ComparisonReport))]
internal sealed partial class ComparisonJson : JsonSerializerContext
{
    private static ComparisonJson? _readable;

    public static ComparisonJson Readable => _readable ??= new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
