using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Polly;
using Polly.Retry;

namespace DecodeAlign.Remote;

/// <summary>Sends requests to one server: bounded, in turn, again where that may help. What it throws names the server and never a key. Safe for concurrent calls.</summary>
internal sealed class ServerClient : IDisposable
{
    private const int MostQuoted = 300;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly bool _isOwn;
    private readonly RemoteModelOptions _options;
    private readonly FairGate _gate;
    private readonly ResiliencePipeline _pipeline;
    private readonly CancellationTokenSource _closed = new();
    private long _requests;
    private long _retries;
    private long _bytes;

    public ServerClient(Uri address, RemoteModelOptions options)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw new ArgumentException("the server must be an address such as http://localhost:8080", nameof(address));
        if (address.UserInfo.Length > 0) throw new ArgumentException("the server's address must not hold a user name or password: give a key by the configuration", nameof(address));
        // a path in front of the server's own stays
        Address = new(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/");
        (_options, _gate) = (options, new(options.MostRequests));
        _isOwn = options.Client is null;
        _http = options.Client ?? new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15), MaxConnectionsPerServer = options.MostRequests, AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        var retry = new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientException>(),
            MaxRetryAttempts = Math.Max(1, options.Retries),
            Delay = options.RetryDelay,
            MaxDelay = LongestBackOff,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            DelayGenerator = static again => new((again.Outcome.Exception as TransientException)?.Wait is { } wait ? (wait < LongestWait ? wait : LongestWait) : null),
            OnRetry = _ =>
            {
                Interlocked.Increment(ref _retries);
                return default;
            },
        };
        var builder = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider };
        _pipeline = options.Retries > 0 ? builder.AddRetry(retry).Build() : builder.Build();
    }

    /// <summary>Where the server is.</summary>
    public Uri Address { get; }

    public (long Requests, long Retries, long Bytes) Sent => (Interlocked.Read(ref _requests), Interlocked.Read(ref _retries), Interlocked.Read(ref _bytes));

    /// <summary>Posts a request and reads its answer.</summary>
    /// <param name="search">Whose request it is, for fairness.</param>
    /// <param name="path">Below the server's address.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="bodyType">How it is written.</param>
    /// <param name="read">Reads the answer; a <see cref="JsonException"/> that it throws says what is wrong with it.</param>
    /// <param name="cancellationToken">Breaks the connection off, which ends the server's work.</param>
    /// <exception cref="RemoteServerException">The request was refused, or failed however often it was sent.</exception>
    public Task<T> PostAsync<TBody, T>(object search, string path, TBody body, JsonTypeInfo<TBody> bodyType, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(body, bodyType);
        return SendAsync(
            search,
            path,
            () => new(HttpMethod.Post, new Uri(Address, path)) { Content = new ByteArrayContent(json) { Headers = { ContentType = new("application/json") } } },
            read,
            cancellationToken);
    }

    /// <summary>Gets a page that the server may not have.</summary>
    /// <returns>Null: it has none.</returns>
    public async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await SendAsync(this, path, () => new(HttpMethod.Get, new Uri(Address, path)), json => JsonSerializer.Deserialize(json.Span, type), cancellationToken).ConfigureAwait(false);
        }
        catch (RemoteServerException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented || e.InnerException is TransientException { InnerException: JsonException })
        {
            return null;
        }
    }

    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
        if (_isOwn) _http.Dispose();
    }

    private async Task<T> SendAsync<T>(object search, string path, Func<HttpRequestMessage> request, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, typeof(RemoteModel));
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        await _gate.EnterAsync(search, ending.Token).ConfigureAwait(false);
        try
        {
            return await _pipeline.ExecuteAsync(async cancelled => await AttemptAsync(path, request, read, cancelled).ConfigureAwait(false), ending.Token).ConfigureAwait(false);
        }
        catch (TransientException e)
        {
            throw new RemoteServerException($"{Address}{path}: {e.Message}{(_options.Retries > 0 ? $"; it was sent {_options.Retries + 1} times" : "")}", e.Status, e);
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RemoteModel));
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async Task<T> AttemptAsync<T>(string path, Func<HttpRequestMessage> make, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var request = make();
            if (_options.ApiKey is { } key) request.Headers.Authorization = new("Bearer", key);
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var bytes = await BoundedContent.ReadAsync(response.Content, _options.MostResponseBytes, either.Token).ConfigureAwait(false);
            Interlocked.Add(ref _bytes, bytes.Length);
            if (!response.IsSuccessStatusCode) throw Refusal(path, response, bytes);
            var answer = read(bytes);
            Interlocked.Increment(ref _requests);
            return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientException($"no answer within {_options.Timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e)
        {
            throw new TransientException(e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError ? $"the server can't be reached ({e.Message})" : $"the connection broke off ({e.Message})", inner: e);
        }
        catch (IOException e) when (e is not RemoteServerException)
        {
            throw new TransientException($"the connection broke off ({e.Message})", inner: e);
        }
        catch (JsonException e)
        {
            throw new TransientException($"the answer can't be read: {Clean(e.Message)}", inner: e);
        }
    }

    private Exception Refusal(string path, HttpResponseMessage response, ReadOnlyMemory<byte> body)
    {
        var status = response.StatusCode;
        var said = Clean(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 4 * MostQuoted)]));
        var message = $"the server answered {(int)status}{(said.Length > 0 ? $" ({said})" : "")}";
        if (status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || ((int)status >= 500 && status != HttpStatusCode.NotImplemented)) return new TransientException(message, status, Wait(response.Headers.RetryAfter));
        var advice = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ": give its key by the configuration (ApiKey)" : "";
        return new RemoteServerException($"{Address}{path}: {message}{advice}", status);
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _options.TimeProvider.GetUtcNow() : null);
        return wait > TimeSpan.Zero ? wait : null;
    }

    // one line, bounded, and without the key where a server repeats it
    private string Clean(string text)
    {
        if (_options.ApiKey is { } key) text = text.Replace(key, "…", StringComparison.Ordinal);
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return text.Length <= MostQuoted ? text : text[..MostQuoted] + "…";
    }
}
