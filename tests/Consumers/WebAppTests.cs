using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace DecodeAlign.Tests;

/// <summary>Web apps that install <c>DecodeAlign.Hosting</c>, with the program that its page shows.</summary>
[Collection(nameof(PackageFeed))]
public class WebAppTests(PackageFeed feed)
{
    private static readonly string Page = Repository.Snippet("src/Hosting/README.md");

    [Fact]
    public async Task Program_OfThePackagesPage_Published_AnswersARequest()
    {
        var app = App.Create(feed, "WebApp", Page, "DecodeAlign.Hosting", properties: "", sdk: "Microsoft.NET.Sdk.Web");
        var output = await app.PublishAsync();
        Assert.Contains("MODEL_CARD.md", App.ModelFiles(output));
        using var server = Command.Start(output, null, app.Program(output), "--urls", "http://127.0.0.1:0");
        try
        {
            var address = await AddressAsync(server.StandardOutput);
            using var client = new HttpClient { BaseAddress = new(address) };
            using var response = await client.PostAsJsonAsync("/chat", new { Text = "Once upon a time" }, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
            Assert.Matches(@"\w+ \w+", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Program_ThatBringsItsOwnModel_LeavesTheEmbeddedOneOut()
    {
        var app = App.Create(feed, "OwnModel", Page, "DecodeAlign.Hosting", properties: "<DecodeAlignEmbeddedModel>false</DecodeAlignEmbeddedModel>", sdk: "Microsoft.NET.Sdk.Web");
        Assert.Empty(App.ModelFiles(await app.BuildAsync()));
    }

    private static async Task<string> AddressAsync(StreamReader output)
    {
        var said = "";
        while (await output.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            said += line + "\n";
            if (Regex.Match(line, "Now listening on: (\\S+)") is { Success: true } match) return match.Groups[1].Value;
        }
        throw new InvalidOperationException($"the app ended before it listened:\n{said}");
    }
}
