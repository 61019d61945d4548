using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>vLLM, as its sources say that it answers.</summary>
internal sealed class FakeVllm(TableEngine engine) : FakeServer(engine)
{
    /// <summary>As --max-logprobs.</summary>
    public int MaxLogprobs { get; init; } = 5;

    /// <summary>Whether it knows logprob_token_ids; an older one passes over it.</summary>
    public bool Names { get; init; } = true;

    /// <summary>Whether its log-probabilities are those after temperature (--logprobs-mode processed_logprobs).</summary>
    public bool Processed { get; init; }

    public override string TokensPath => "v1/completions";

    protected override string? Answer(string path, JsonNode? body, int number) => path switch
    {
        "version" => """{"version":"0.19.0"}""",
        "v1/models" => $$"""{"object":"list","data":[{"id":"org/table","object":"model","owned_by":"vllm","root":"org/table","max_model_len":{{Engine.Facts.ContextLength}}}]}""",
        "tokenize" => $$"""{"count":1,"max_model_len":64,"tokens":[{{string.Join(',', Tokenizer.Encode((string)body!["prompt"]!, false))}}],"token_strs":null}""",
        "v1/completions" => Complete(body!, number),
        _ => null,
    };

    private string Complete(JsonNode body, int number)
    {
        if ((int)body["logprobs"]! > MaxLogprobs) return $$"""!400{"error":{"message":"Requested sample logprobs of {{body["logprobs"]}}, which is greater than max allowed: {{MaxLogprobs}}","type":"BadRequestError","code":400} }""";
        var texts = Ids(body["prompt"]);
        return new JsonObject
        {
            ["id"] = "cmpl-1", ["object"] = "text_completion", ["model"] = "org/table",
            ["choices"] = new JsonArray([.. texts.Select((text, i) => (JsonNode)One(text, i, body, number))]),
            ["usage"] = new JsonObject { ["prompt_tokens"] = texts.Sum(text => text.Length), ["total_tokens"] = 1, ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 1 } },
        }.ToJsonString();
    }

    private JsonObject One(int[] text, int index, JsonNode body, int number)
    {
        var temperature = (double)body["temperature"]!;
        var written = Write(text, (int)body["max_tokens"]!, temperature, (ulong?)(long?)body["seed"] ?? 0, number, (int)body["top_k"]!);
        var named = Names && body["logprob_token_ids"] is JsonArray ids ? ids.Select(id => (int)id!).ToArray() : null;
        return new()
        {
            ["index"] = index, ["text"] = "x", ["finish_reason"] = "length",
            ["logprobs"] = new JsonObject
            {
                ["text_offset"] = new JsonArray([.. written.Select(_ => (JsonNode)0)]),
                ["tokens"] = new JsonArray([.. written.Select(one => (JsonNode)$"token_id:{one.Token}")]),
                ["token_logprobs"] = new JsonArray([.. written.Select(one => (JsonNode)Told(one.All, temperature)[one.Token])]),
                // the token that was written comes first, whatever its rank
                ["top_logprobs"] = new JsonArray([.. written.Select(one => (JsonNode)new JsonObject((named ?? Ranked(one.All).Take((int)body["logprobs"]!)).Prepend(one.Token).Distinct().Select(token => KeyValuePair.Create($"token_id:{token}", (JsonNode?)Told(one.All, temperature)[token]))))]),
            },
        };
    }

    private double[] Told(double[] all, double temperature)
    {
        if (!Processed || temperature is 0 or 1) return all;
        var sum = Math.Log(all.Sum(value => Math.Exp(value / temperature)));
        return [.. all.Select(value => value / temperature - sum)];
    }
}
