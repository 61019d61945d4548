using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>llama.cpp's server, as build 11669 answered.</summary>
internal sealed class FakeLlamaCpp(TableEngine engine) : FakeServer(engine)
{
    public override string TokensPath => "completion";

    protected override string? Answer(string path, JsonNode? body, int number) => path switch
    {
        "props" => $$"""{"default_generation_settings":{"params":{"seed":4294967295,"samplers":["penalties","top_k"]},"n_ctx":{{Engine.Facts.ContextLength}}},"total_slots":4,"model_alias":"/models/table.gguf","model_path":"/models/table.gguf","chat_template":"","build_info":"b11669-fake"}""",
        "v1/models" => $$"""{"object":"list","data":[{"id":"/models/table.gguf","object":"model","owned_by":"llamacpp","meta":{"vocab_type":2,"n_vocab":{{Engine.Facts.VocabularySize}},"n_ctx":512} }]}""",
        "tokenize" => $$"""{"tokens":[{{string.Join(',', Tokenizer.Encode((string)body!["content"]!, false))}}]}""",
        "completion" => Complete(body!, number),
        _ => null,
    };

    private string Complete(JsonNode body, int number)
    {
        var texts = Ids(body["prompt"]);
        var answers = new JsonArray();
        // in another order than they were sent
        for (var i = texts.Length; i-- > 0;) answers.Add(One(texts[i], i, body, number));
        return texts.Length == 1 ? answers[0]!.ToJsonString() : answers.ToJsonString();
    }

    private JsonObject One(int[] text, int index, JsonNode body, int number)
    {
        var written = Write(text, (int)body["n_predict"]!, (double)body["temperature"]!, (ulong?)(long?)body["seed"] ?? 0, number, (int?)body["top_k"] ?? 0);
        return new()
        {
            ["index"] = index,
            ["tokens"] = new JsonArray([.. written.Select(one => (JsonNode)one.Token)]),
            ["stop_type"] = Engine.Facts.IsEos(written[^1].Token) ? "eos" : "limit",
            ["tokens_evaluated"] = text.Length,
            ["timings"] = new JsonObject { ["cache_n"] = text.Length - 1, ["prompt_n"] = 1, ["predicted_n"] = written.Count, ["predicted_ms"] = 0.001 },
            ["completion_probabilities"] = new JsonArray([.. written.Select(one => (JsonNode)new JsonObject
            {
                ["id"] = one.Token, ["token"] = "x", ["bytes"] = new JsonArray(120), ["logprob"] = one.All[one.Token],
                ["top_logprobs"] = new JsonArray([.. Ranked(one.All).Take((int)body["n_probs"]!).Select(token => (JsonNode)new JsonObject { ["id"] = token, ["token"] = "x", ["bytes"] = new JsonArray(120), ["logprob"] = one.All[token] })]),
            })]),
        };
    }
}
