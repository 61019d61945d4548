using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Cli;

/// <summary>A loaded reward model.</summary>
/// <param name="Model">The model; whoever asked disposes it.</param>
/// <param name="Outputs">Its outputs' names, where its folder gives any.</param>
/// <param name="Layout">How it is given prompt and text.</param>
/// <param name="Gating">Its learned gate; null: it has none.</param>
internal sealed record RewardSource(ILanguageModel Model, IReadOnlyList<RewardOutput>? Outputs, Func<string, TextLayout> Layout, RewardGating? Gating = null)
{
    /// <summary>What a folder says of its reward model: names from <c>id2label</c>, the layout from a chat template where there is one.</summary>
    public static RewardSource Of(ILanguageModel model, string folder)
    {
        var gate = RewardGate.Read(folder);
        var names = RewardLabels.Read(folder) is { } labels && (gate is null || labels.Count == gate.Objectives) ? labels : null;
        var templates = ChatTemplateFolder.Load(folder);
        return new(model, names is null ? null : RewardOutput.Named(names), templates.HasDefault ? prompt => TextLayout.Around(text => templates.RenderExchange(prompt, text)) : TextLayout.Plain,
            gate is null ? null : new(gate.Width, RewardGate.Marker, inputs => gate.Coefficients(inputs.Span)));
    }
}
