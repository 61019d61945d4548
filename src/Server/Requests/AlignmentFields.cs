using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>What the field <c>alignment</c> holds: <see cref="ChatOptionKeys"/> without their prefix.</summary>
internal sealed class AlignmentFields
{
    private const string Prefix = "decodealign.";

    // beside the settings: what else chat clients may come to know is not for requests from elsewhere before it stands here
    private static readonly HashSet<string> Known =
    [
        ChatOptionKeys.Decoder, ChatOptionKeys.Trace, ChatOptionKeys.Heuristics, ChatOptionKeys.Principles, ChatOptionKeys.JudgeContext, ChatOptionKeys.JudgeScore, ChatOptionKeys.Constraints, ChatOptionKeys.Combine, ChatOptionKeys.Calibration, ChatOptionKeys.ByPosition,
        ChatOptionKeys.NegativePrompt, ChatOptionKeys.GuidanceScale, ChatOptionKeys.Guides, ChatOptionKeys.BaseWeight, ChatOptionKeys.Plausibility, ChatOptionKeys.Front, ChatOptionKeys.ToolFormat, ChatOptionKeys.ThinkingTokens, .. DecoderCatalogue.AllSettings.Select(setting => ChatOptionKeys.Setting(setting.Name)),
    ];

    /// <param name="alignment">The field; null: it is not there.</param>
    /// <param name="options">The limits.</param>
    /// <param name="files">Refuses what would read files.</param>
    /// <exception cref="ApiException">Something can't be honoured.</exception>
    public AlignmentFields(JsonElement? alignment, ServerOptions options, FileGuard files)
    {
        if (alignment is not { ValueKind: not JsonValueKind.Null } given) return;
        if (given.ValueKind != JsonValueKind.Object) throw ApiException.Field400("alignment", "must be an object");
        IsGiven = true;
        foreach (var field in given.EnumerateObject())
        {
            var name = $"alignment.{field.Name}";
            if (!Known.Contains(Prefix + field.Name)) throw new ApiException(400, $"'{name}' is not known; known are {string.Join(", ", Known.Select(key => key[Prefix.Length..]))}", name, "unknown_parameter");
            switch (Prefix + field.Name)
            {
                case ChatOptionKeys.Decoder:
                    Decoder = field.Value.ValueKind switch { JsonValueKind.String => field.Value.GetString(), JsonValueKind.Null => null, _ => throw ApiException.Field400(name, "must be a decoder's name") };
                    continue;
                case ChatOptionKeys.Trace:
                    Traces = field.Value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False or JsonValueKind.Null => false, _ => throw ApiException.Field400(name, "must be true or false") };
                    continue;
                case ChatOptionKeys.Heuristics when field.Value.ValueKind != JsonValueKind.Null:
                    Ranks = true;
                    break;
                case ChatOptionKeys.Preference when field.Value.ValueKind != JsonValueKind.Null:
                    Prefers = true;
                    break;
            }
            if (DecoderCatalogue.FindSetting(field.Name) is { Kind: SettingKind.Whole, Name: not "topK" } && field.Value.ValueKind == JsonValueKind.Number && field.Value.GetDouble() > options.MaxBreadth)
                throw ApiException.Field400(name, $"must be at most {options.MaxBreadth} here; it is {field.Value.GetRawText()}");
            files.Check(field.Name, name, field.Value);
            Properties[Prefix + field.Name] = field.Value;
        }
    }

    public bool IsGiven { get; }

    public string? Decoder { get; }

    public bool Traces { get; }

    /// <summary>Whether heuristics are named.</summary>
    public bool Ranks { get; }

    /// <summary>Whether a preference is named.</summary>
    public bool Prefers { get; }

    public AdditionalPropertiesDictionary Properties { get; } = [];
}
