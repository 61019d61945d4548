using System.Net;
using DecodeAlign.Decoding;
using DecodeAlign.Remote;

namespace DecodeAlign.Tests;

/// <summary>What a server can do wrong: it is recovered from, or told clearly, and nothing is left behind.</summary>
public class FaultTests
{
    private static readonly DecodingRequest Request = new DecodingRequest { Prompt = "ab", Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'b')))] }.With(SearchSetup.Deal(1, 3, 4) with { MaxTokens = 6 });

    public static TheoryData<string> Kinds => Servers.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task TooManyRequestsAndFailures_AreSentAgain_AndTheTextIsTheSame(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        await using var model = await server.ConnectAsync();
        var expected = await new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken);
        server.Fault = (number, _) => Task.FromResult<HttpResponseMessage?>((number % 4) switch
        {
            1 => FakeServer.Status(HttpStatusCode.TooManyRequests, "busy"),
            2 => FakeServer.Status(HttpStatusCode.ServiceUnavailable, "loading"),
            3 => new(HttpStatusCode.OK) { Content = new StreamContent(new CutStream("""{"completion_pro"""u8.ToArray())) },
            _ => null,
        });
        var result = await new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken);
        Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
        Assert.True(model.Statistics.Retries >= 3);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task RetryAfter_IsWaitedFor(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        var time = new ManualTime();
        await using var model = await server.ConnectAsync(new() { TimeProvider = time });
        var refused = new TaskCompletionSource();
        var first = 0;
        server.Fault = (_, _) =>
        {
            if (Interlocked.Exchange(ref first, 1) != 0) return Task.FromResult<HttpResponseMessage?>(null);
            refused.SetResult();
            return Task.FromResult<HttpResponseMessage?>(FakeServer.Status(HttpStatusCode.TooManyRequests, "busy", retryAfter: "20"));
        };
        var before = server.Asked;
        var generating = new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken);
        await refused.Task;
        // the wait is asked for after the answer has been read
        while (model.Statistics.Retries == 0) await Task.Yield();
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(before + 1, server.Asked);
        while (!generating.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.NotEmpty((await generating).Answer.Ids);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ServerThatStaysDown_IsToldWithItsAddressAndItsWords(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        await using var model = await server.ConnectAsync(new() { Retries = 2, RetryDelay = TimeSpan.FromMilliseconds(1), ApiKey = "sk-secret-1" });
        server.Fault = (_, _) => Task.FromResult<HttpResponseMessage?>(FakeServer.Status(HttpStatusCode.InternalServerError, "out of\nmemory for sk-secret-1"));
        var fault = await Assert.ThrowsAsync<RemoteServerException>(() => new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken));
        Assert.Contains("http://server.test:8080/", fault.Message, StringComparison.Ordinal);
        Assert.Contains("500 (out of memory for …)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("3 times", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret-1", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal("sk-secret-1", server.Requests.Last().Key);
        Assert.DoesNotContain("sk-secret-1", model.Options.ToString(), StringComparison.Ordinal);
        server.Fault = null;
        Assert.NotEmpty((await new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken)).Answer.Ids);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AnswersThatCannotBeRead_AreToldByWhatIsWrong(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        await using var model = await server.ConnectAsync(new() { Retries = 0 });
        foreach (var (change, said) in Broken(kind))
        {
            server.Change = (_, answer) => change(answer);
            var fault = await Assert.ThrowsAsync<RemoteServerException>(() => new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken));
            Assert.Contains("can't be read", fault.Message, StringComparison.Ordinal);
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task AnotherTokenizer_IsRefused(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine, new LetterTokenizer(12, shift: 1));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => server.ConnectAsync());
        Assert.Contains("tokenizer is not the one", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task HungServer_IsGivenUpInTime(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        await using var model = await server.ConnectAsync(new() { Retries = 1, RetryDelay = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromMilliseconds(400) });
        server.Fault = Hang;
        var fault = await Assert.ThrowsAsync<RemoteServerException>(() => new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken));
        Assert.Contains("no answer within 0.4 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.BrokenOff);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancellation_ReachesTheServerAndLeavesNothingUnderWay(string kind)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make(kind, engine);
        await using var model = await server.ConnectAsync(new() { MostRequests = 2 });
        var arrived = new TaskCompletionSource();
        server.Fault = (number, cancelled) =>
        {
            arrived.TrySetResult();
            return Hang(number, cancelled);
        };
        using var cancelling = new CancellationTokenSource();
        var request = Request.With(SearchSetup.BestOf(6) with { MaxTokens = 6 });
        var generating = new Decoder(model).GenerateAsync(request, cancelling.Token);
        await arrived.Task;
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generating);
        Assert.InRange(server.BrokenOff, 1, 2);
        server.Fault = null;
        Assert.Equal(6, (await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken)).Answers.Count);
    }

    [Fact]
    public async Task OneDrawThatFails_BreaksTheOthersOffAndIsToldItself()
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make("vLLM", engine);
        await using var model = await server.ConnectAsync(new() { Retries = 0 });
        var arrived = 0;
        var all = new TaskCompletionSource();
        server.Fault = async (number, cancelled) =>
        {
            var place = Interlocked.Increment(ref arrived);
            if (place == 4) all.SetResult();
            await all.Task;
            return place == 2 ? FakeServer.Status(HttpStatusCode.BadRequest, "no such model") : await Hang(number, cancelled);
        };
        var fault = await Assert.ThrowsAsync<RemoteServerException>(() => new Decoder(model).GenerateAsync(Request.With(SearchSetup.BestOf(4) with { MaxTokens = 6 }), TestContext.Current.CancellationToken));
        Assert.Contains("no such model", fault.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.BrokenOff);
    }

    [Fact]
    public async Task AnswersThatAreTooLong_AreNotRead()
    {
        using var engine = new TableEngine(9, 4, ties: false);
        var server = Servers.Make("vLLM", engine);
        await using var model = await server.ConnectAsync(new() { MostResponseBytes = 1 << 16, Retries = 0 });
        server.Change = (_, answer) => answer + new string(' ', 1 << 16);
        var fault = await Assert.ThrowsAsync<RemoteServerException>(() => new Decoder(model).GenerateAsync(Request, TestContext.Current.CancellationToken));
        Assert.Contains("65536 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherServersAndAddresses_AreRefusedWithWhatWouldWork()
    {
        using var engine = new TableEngine(9, 4, ties: false);
        using var texts = new TextServer();
        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => RemoteModel.ConnectAsync(new("http://texts.test"), new LetterTokenizer(9), [0], new() { Client = new(texts) }, TestContext.Current.CancellationToken));
        Assert.Contains("IChatClient", refusal.Message, StringComparison.Ordinal);
        foreach (var address in (string[])["ftp://a.test", "http://me:pass@a.test"])
        {
            var wrong = await Assert.ThrowsAsync<ArgumentException>(() => RemoteModel.ConnectAsync(new(address), new LetterTokenizer(9), [0], null, TestContext.Current.CancellationToken));
            Assert.DoesNotContain("pass@", wrong.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<HttpResponseMessage?> Hang(int number, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return null;
    }

    private static (Func<string, string> Change, string Said)[] Broken(string kind) =>
    [
        (answer => answer[..(answer.Length / 2)], ""),
        (_ => "<html>Bad gateway</html>", ""),
        kind switch
        {
            "llama.cpp" => (answer => answer.Replace("\"id\":", "\"ident\":", StringComparison.Ordinal), "a token has no id"),
            "SGLang" => (answer => answer.Replace(",null]", "]", StringComparison.Ordinal).Replace("[-", "[null,-", StringComparison.Ordinal), "a token has no"),
            _ => (answer => answer.Replace("token_id:", "text:", StringComparison.Ordinal), "a token has no id"),
        },
        kind switch
        {
            "llama.cpp" => (answer => answer.Replace("completion_probabilities", "probs", StringComparison.Ordinal), "completion_probabilities is missing"),
            "SGLang" => (answer => answer.Replace("output_token_logprobs", "logprobs", StringComparison.Ordinal), "output_token_logprobs is missing"),
            _ => (answer => answer.Replace("top_logprobs", "tops", StringComparison.Ordinal), "logprobs is missing"),
        },
        (_ => kind == "vLLM" ? """{"choices":[]}""" : "[]", "answered"),
    ];

    /// <summary>A body that breaks off.</summary>
    private sealed class CutStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? await base.ReadAsync(buffer, cancellationToken) : throw new HttpIOException(HttpRequestError.ResponseEnded, "the response ended prematurely");
    }

    /// <summary>A server of texts alone.</summary>
    private sealed class TextServer : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri!.AbsolutePath == "/v1/models" ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("""{"data":[{"id":"gpt"}]}""") } : FakeServer.Status(HttpStatusCode.NotFound));
    }
}
