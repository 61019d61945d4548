using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>SGLang, as its sources say that it answers; at another temperature than 1 its log-probabilities are of that.</summary>
internal sealed class FakeSglang(TableEngine engine) : FakeServer(engine)
{
    public override string TokensPath => "generate";

    protected override string? Answer(string path, JsonNode? body, int number) => path switch
    {
        "get_model_info" => """{"model_path":"org/table","tokenizer_path":"org/table","is_generation":true}""",
        "get_server_info" => $$"""{"model_path":"org/table","served_model_name":"table","context_length":{{Engine.Facts.ContextLength}},"version":"0.5.9","max_running_requests":64,"internal_states":[{}]}""",
        "tokenize" => $$"""{"tokens":[{{string.Join(',', Tokenizer.Encode((string)body!["prompt"]!, false))}}],"count":1,"max_model_len":{{Engine.Facts.ContextLength}}}""",
        "generate" => Generate(body!, number),
        _ => null,
    };

    private string Generate(JsonNode body, int number)
    {
        var texts = Ids(body["input_ids"]);
        return new JsonArray([.. texts.Select((text, i) => (JsonNode)One(text, i, body, number))]).ToJsonString();
    }

    private JsonObject One(int[] text, int index, JsonNode body, int number)
    {
        var sampling = body["sampling_params"]!;
        var temperature = (double)sampling["temperature"]!;
        var topK = (int)sampling["top_k"]!;
        var written = Write(text, (int)sampling["max_new_tokens"]!, temperature, (ulong?)(long?)sampling["sampling_seed"] ?? 0, number, Math.Max(0, topK));
        var meta = new JsonObject
        {
            ["id"] = "a", ["prompt_tokens"] = text.Length, ["completion_tokens"] = written.Count, ["cached_tokens"] = text.Length - 1,
            ["output_token_logprobs"] = new JsonArray([.. written.Select(one => (JsonNode)Entry(Scaled(one.All, temperature), one.Token))]),
        };
        if (body["top_logprobs_num"] is { } top) meta["output_top_logprobs"] = new JsonArray([.. written.Select(one => (JsonNode)new JsonArray([.. Ranked(one.All).Take((int)top).Select(token => (JsonNode)Entry(one.All, token))]))]);
        if (body["token_ids_logprob"] is { } named) meta["output_token_ids_logprobs"] = new JsonArray([.. written.Select(one => (JsonNode)new JsonArray([.. Ids(named)[index].Select(token => (JsonNode)Entry(one.All, token))]))]);
        if (body["logprob_start_len"] is { } start)
            meta["input_token_logprobs"] = new JsonArray([.. Enumerable.Range((int)start, text.Length - (int)start).Select(i => (JsonNode)(i == (int)start ? new JsonArray(null, text[i], null) : Entry(LogProbabilities(text[..i], number), text[i])))]);
        return new() { ["text"] = "x", ["output_ids"] = new JsonArray([.. written.Select(one => (JsonNode)one.Token)]), ["meta_info"] = meta };
    }

    private static JsonArray Entry(double[] all, int token) => new(all[token], token, null);

    private static double[] Scaled(double[] all, double temperature)
    {
        if (temperature is 0 or 1) return all;
        var sum = Math.Log(all.Sum(value => Math.Exp(value / temperature)));
        return [.. all.Select(value => value / temperature - sum)];
    }
}
