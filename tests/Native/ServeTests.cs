using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>The server of a native build.</summary>
public class ServeTests
{
    [Fact]
    public async Task Answers_OfAServer_AreTheManagedBuilds()
    {
        var (managed, native) = (await AnswersAsync(Builds.Managed), await AnswersAsync(Builds.Native));
        Assert.Equal(managed, native);
        Assert.Contains("\"content\":\"", native, StringComparison.Ordinal);
        Assert.Contains("DecodeAlign playground", native, StringComparison.Ordinal);
        Assert.Contains("unknown_parameter", native, StringComparison.Ordinal);
    }

    private static async Task<string> AnswersAsync(string[] build)
    {
        using var server = Command.Start(Path.GetTempPath(), null, build[0], [.. build[1..], "serve", "--urls", "http://127.0.0.1:0"]);
        try
        {
            using var client = new HttpClient { BaseAddress = new(await AddressAsync(server)) };
            object[] messages = [new { role = "user", content = "Once upon a time" }];
            return string.Join('\n',
                await PostAsync(client, "/v1/chat/completions", new { messages, max_tokens = 8, temperature = 0, logprobs = true }),
                await PostAsync(client, "/v1/chat/completions", new { messages, max_tokens = 8, temperature = 0, stream = true }),
                await PostAsync(client, "/v1/chat/completions", new { messages, max_tokens = 8, nonsense = true }),
                await PostAsync(client, "/decodealign/v1/search", new { prompt = "Once upon a time", max_tokens = 4 }),
                await client.GetStringAsync("/decodealign/v1/catalogue", TestContext.Current.CancellationToken),
                await client.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken),
                await client.GetStringAsync("/health", TestContext.Current.CancellationToken),
                await client.GetStringAsync("/", TestContext.Current.CancellationToken));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    // without what is another at every request: its id and times
    private static async Task<string> PostAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsync(path, new StringContent(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return Regex.Replace(text, "(\"id\":\"[a-z]+-)[0-9a-f]+|(\"(created|[A-Za-z_]*[sS]econds)\":\\s*)[0-9.eE+-]+", "$1$2");
    }

    private static async Task<string> AddressAsync(Process server)
    {
        var line = await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        return Regex.Match(line ?? "", "listening at ([^ ;]+)") is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"it does not listen: {line}");
    }
}
