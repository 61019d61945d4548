using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>What a request calls the options that the library's messages speak of.</summary>
internal static class FieldNames
{
    /// <param name="match">An option in a message, by one of the groups setting, quoted, bare and option.</param>
    public static string Of(Match match)
    {
        if (match.Groups["option"] is { Success: true, Value: var option }) return Of(option);
        if (match.Groups["quoted"] is { Success: true, Value: var quoted }) return $"'alignment.{quoted}'";
        return $"alignment.{(match.Groups["setting"] is { Success: true, Value: var setting } ? setting : match.Groups["bare"].Value)}";
    }

    private static string Of(string option) => option switch
    {
        nameof(ChatOptions.MaxOutputTokens) => "max_tokens",
        nameof(ChatOptions.StopSequences) => "stop",
        nameof(ChatOptions.TopP) => "top_p",
        nameof(ChatOptions.PresencePenalty) => "presence_penalty",
        nameof(ChatOptions.FrequencyPenalty) => "frequency_penalty",
        nameof(ChatOptions.ResponseFormat) => "response_format",
        nameof(ChatOptions.ToolMode) => "tool_choice",
        nameof(ChatOptions.AdditionalProperties) => "alignment",
        var other => other.ToLowerInvariant(),
    };
}
