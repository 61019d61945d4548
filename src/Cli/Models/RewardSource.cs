using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Models.ChatTemplates;

namespace DecodeAlign.Cli;

/// <summary>A loaded reward model.</summary>
/// <param name="Model">The model; whoever asked disposes it.</param>
/// <param name="Outputs">Its outputs' names, where its folder gives any.</param>
/// <param name="Layout">How it is given prompt and text.</param>
internal sealed record RewardSource(ILanguageModel Model, IReadOnlyList<RewardOutput>? Outputs, Func<string, TextLayout> Layout)
{
    /// <summary>What a folder says of its reward model: names from <c>id2label</c>, the layout from a chat template where there is one.</summary>
    public static RewardSource Of(ILanguageModel model, string folder)
    {
        var names = RewardLabels.Read(folder);
        var templates = ChatTemplateFolder.Load(folder);
        return new(model, names is null ? null : RewardOutput.Named(names), templates.HasDefault ? prompt => TextLayout.Around(text => templates.RenderExchange(prompt, text)) : TextLayout.Plain);
    }
}
