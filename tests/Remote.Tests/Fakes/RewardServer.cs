using System.Net;
using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>A server whose reward is the number of b's after the prompt.</summary>
internal sealed class RewardServer(string shape) : HttpMessageHandler
{
    public List<string> Texts { get; } = [];

    public string? Fixed { get; init; }

    /// <summary>The bearer keys that were sent.</summary>
    public List<string?> Keys { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        var path = request.RequestUri!.AbsolutePath;
        var texts = path switch { "/score" => body["text_2"]!, "/pooling" => body["input"]!, _ => body[shape == "vllm" ? "input" : "text"]! };
        string[] all = [.. texts.AsArray().Select(text => (string)text!)];
        lock (Texts)
        {
            Texts.AddRange(all);
            Keys.Add(request.Headers.Authorization?.Parameter);
        }
        var values = all.Select(text => (double)(text.Count(c => c == 'b') - (path == "/score" ? 0 : 1))).ToArray();
        var answer = Fixed ?? (path, shape) switch
        {
            ("/score", _) => Data(values, value => $"\"score\":{value}"),
            ("/pooling", _) => Data(values, value => $"\"data\":[[{value}]]"),
            (_, "sglang") => $"[{string.Join(',', values.Select(value => $$"""{"embedding":[{{value}}],"meta_info":{ } }"""))}]",
            _ => Data(values, value => $"\"label\":\"LABEL_0\",\"probs\":[{value}],\"num_classes\":1"),
        };
        return new(HttpStatusCode.OK) { Content = new StringContent(answer) };
    }

    private static string Data(double[] values, Func<double, string> entry) =>
        "{\"object\":\"list\",\"data\":[" + string.Join(',', values.Select((value, i) => "{\"index\":" + i + "," + entry(value) + "}")) + "]}";
}
