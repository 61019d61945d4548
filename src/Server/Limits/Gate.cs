using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Server;

/// <summary>What answers a request. Throws what the caller is to be told of.</summary>
internal delegate Task Endpoint(HttpContext context, CancellationToken cancellationToken);

/// <summary>What every request passes: the key, the limit of requests at once, the time limit; and how a failure is told. Nothing of a request's text is logged.</summary>
internal sealed class Gate : IDisposable
{
    private readonly byte[][] _keys;
    private readonly ConcurrencyLimiter _places;
    private readonly TimeProvider _time;
    private readonly ILogger<Gate> _log;

    public Gate(IOptions<ServerOptions> options, TimeProvider time, ILogger<Gate> log)
    {
        Options = options.Value;
        (_time, _log) = (time, log);
        _keys = [.. Options.ApiKeys.Select(key => SHA256.HashData(Encoding.UTF8.GetBytes(key)))];
        _places = new(new() { PermitLimit = Options.MaxConcurrentRequests, QueueLimit = 0 });
    }

    public ServerOptions Options { get; }

    /// <summary>An endpoint that costs next to nothing.</summary>
    public RequestDelegate Open(Endpoint endpoint) => context => RunAsync(context, endpoint);

    /// <summary>An endpoint that searches.</summary>
    public RequestDelegate Admit(Endpoint endpoint) => context => RunAsync(context, async (admitted, cancellationToken) =>
    {
        using var place = _places.AttemptAcquire();
        if (!place.IsAcquired) throw new ApiException(StatusCodes.Status429TooManyRequests, $"{Options.MaxConcurrentRequests} requests are being worked on, which is the most at once; try again", null, "too_many_requests");
        using var timeout = new CancellationTokenSource(Options.RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await endpoint(admitted, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiException(StatusCodes.Status504GatewayTimeout, FormattableString.Invariant($"the request took longer than {Options.RequestTimeout.TotalSeconds} s, which is the most"), null, "timeout");
        }
    });

    public void Dispose() => _places.Dispose();

    private async Task RunAsync(HttpContext context, Endpoint endpoint)
    {
        try
        {
            if (!HasKey(context.Request)) throw new ApiException(StatusCodes.Status401Unauthorized, "an API key is needed: send it as 'Authorization: Bearer KEY'", null, "invalid_api_key");
            await endpoint(context, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // nobody is there to be told
        }
        catch (Exception fault)
        {
            var error = ApiErrors.Describe(fault);
            if (error.Status == StatusCodes.Status500InternalServerError) _log.Failed(context.Request.Path, fault.GetType().FullName!);
            if (!context.Response.HasStarted) await ApiErrors.WriteAsync(context, error).ConfigureAwait(false);
            else if (context.Features.Get<IErrorInStream>() is { } stream) await stream.WriteAsync(error).ConfigureAwait(false);
            else context.Abort();
        }
    }

    // every key is compared, in a time that does not tell where they differ
    private bool HasKey(HttpRequest request)
    {
        if (_keys.Length == 0) return true;
        const string Scheme = "Bearer ";
        var given = request.Headers.Authorization.ToString();
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? given[Scheme.Length..] : ""));
        var found = false;
        foreach (var key in _keys) found |= CryptographicOperations.FixedTimeEquals(key, hash);
        return found;
    }
}
