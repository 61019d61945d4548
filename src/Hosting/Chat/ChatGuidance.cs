using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>Reads what a chat request says of guidance: each key in place of what the decoder's options say.</summary>
internal sealed class ChatGuidance(PropertyValues properties)
{
    private static readonly (string Key, string Setting)[] Keys =
    [
        (ChatOptionKeys.NegativePrompt, nameof(GuidanceSettings.NegativePrompt)), (ChatOptionKeys.GuidanceScale, nameof(GuidanceSettings.Scale)), (ChatOptionKeys.Guides, nameof(GuidanceSettings.Guides)),
        (ChatOptionKeys.BaseWeight, nameof(GuidanceSettings.BaseWeight)), (ChatOptionKeys.Plausibility, nameof(GuidanceSettings.Plausibility)),
    ];

    /// <param name="request">The request with the decoder's guidance.</param>
    /// <param name="own">What the decoder's options say; null: the request decides alone.</param>
    /// <param name="names">Finds models.</param>
    /// <exception cref="ArgumentException">A value is wrong, does nothing, or names a model that is not there; its key is named.</exception>
    /// <exception cref="NotSupportedException">The request has guidance of its own already.</exception>
    public DecodingRequest Guide(DecodingRequest request, GuidanceSettings? own, HeuristicNames names)
    {
        if (Array.Find(Keys, key => properties.Find(key.Key) is not null) is not { Key: { } first }) return request;
        if (own is null && request.Guidance is not null) throw new NotSupportedException($"ChatOptions.AdditionalProperties['{first}'] can't be honoured: the {nameof(DecodingRequest)} has guidance of its own, and decides alone");
        own ??= new();
        string[] guides = [.. properties.List(ChatOptionKeys.Guides).Select(item => item as string ?? throw PropertyValues.Wrong(ChatOptionKeys.Guides, "texts", item))];
        var settings = own with
        {
            NegativePrompt = properties.Text(ChatOptionKeys.NegativePrompt) ?? own.NegativePrompt,
            Scale = properties.Number(ChatOptionKeys.GuidanceScale) ?? own.Scale,
            Guides = properties.Find(ChatOptionKeys.Guides) is null ? own.Guides : guides,
            BaseWeight = properties.Number(ChatOptionKeys.BaseWeight) ?? own.BaseWeight,
            Plausibility = properties.Number(ChatOptionKeys.Plausibility) ?? own.Plausibility,
        };
        if (settings.FindFault() is var (setting, reason)) throw new ArgumentException($"ChatOptions.AdditionalProperties['{Keys.First(key => key.Setting == setting).Key}'] can't be honoured: {reason}");
        return request with { Guidance = names.Guidance(settings) };
    }
}
