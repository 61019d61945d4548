namespace DecodeAlign.Server;

/// <summary>Fields that OpenAI's clients know and this server refuses, with what to use instead.</summary>
internal static class UnsupportedFields
{
    /// <summary>Why a field is refused; null: it is not one of them.</summary>
    public static string? Why(string field) => field switch
    {
        "logit_bias" => "use 'alignment.constraints' or 'alignment.heuristics'",
        "functions" or "function_call" => "use 'tools' and 'tool_choice'",
        "modalities" or "audio" => "text is written, nothing else",
        "prediction" => "nothing is drafted from a guess",
        "reasoning_effort" => "how much a model thinks is not told it by a level; use 'alignment.thinkingTokens'",
        "verbosity" => "use 'alignment.constraints', such as words=..40",
        "web_search_options" => "there is no search of the web",
        "top_k" or "min_p" or "repetition_penalty" => "it is a setting of 'alignment': topK, minP, repetitionPenalty",
        "best_of" => "use 'alignment.decoder': 'best-of', with 'alignment.answers'",
        "suffix" => "a text is written from its beginning on",
        _ => null,
    };
}
