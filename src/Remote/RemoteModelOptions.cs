using System.Globalization;
using System.Text;

namespace DecodeAlign.Remote;

/// <summary>How a server is asked. Immutable.</summary>
public sealed record RemoteModelOptions
{
    /// <summary>Sent as a bearer key with every request, and written nowhere else; null (default): none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Name of the model, where the server has several; null (default): its first.</summary>
    public string? Model { get; init; }

    /// <summary>How long one answer may take before the attempt is given up; above zero, at most one day. Default 2 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a request is sent again where the server is too busy (429), fails (5xx), breaks off, is silent or answers what is no JSON; from 0 to 20. Default 4.</summary>
    public int Retries { get; init; } = 4;

    /// <summary>The wait before the first of those, which doubles each time, up to half a minute; where the server says how long to wait (<c>Retry-After</c>), that, up to a minute. Above zero. Default half a second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most requests under way at once, of all searches together, each of which gets its turn; from 1 to 1024. Default 8.</summary>
    public int MostRequests { get; init; } = 8;

    /// <summary>Most bytes of one answer that are read, from 64 KiB to 1 GiB. Default 64 MiB.</summary>
    public long MostResponseBytes { get; init; } = 64L << 20;

    /// <summary>Most tokens that the server draws in one call, at least 1: those after the end that a search finds are drawn in vain. Default 64.</summary>
    public int DrawnPerCall { get; init; } = 64;

    /// <summary>The client that sends; null (default): one of the model's own. The caller keeps ownership. Its own time-out should be no shorter than <see cref="Timeout"/>.</summary>
    public HttpClient? Client { get; init; }

    /// <summary>The clock of waits and time-outs; default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        Check(Timeout > TimeSpan.Zero && Timeout <= TimeSpan.FromDays(1), nameof(Timeout), "above zero and at most one day", Timeout);
        Check(Retries is >= 0 and <= 20, nameof(Retries), "from 0 to 20", Retries);
        Check(RetryDelay > TimeSpan.Zero, nameof(RetryDelay), "above zero", RetryDelay);
        Check(MostRequests is >= 1 and <= 1024, nameof(MostRequests), "from 1 to 1024", MostRequests);
        Check(MostResponseBytes is >= 1 << 16 and <= 1 << 30, nameof(MostResponseBytes), "from 64 KiB to 1 GiB", MostResponseBytes);
        Check(DrawnPerCall >= 1, nameof(DrawnPerCall), "at least 1", DrawnPerCall);
        Check(ApiKey is null || (ApiKey.Length is > 0 and <= 4096 && ApiKey.All(c => c is > ' ' and < '\u007f')), nameof(ApiKey), "a key of visible ASCII characters", "another text");
    }

    // a record tells its members where it is written out: not the key
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(Model)} = {Model}, {nameof(Timeout)} = {Timeout}, {nameof(Retries)} = {Retries}, {nameof(MostRequests)} = {MostRequests}, {nameof(ApiKey)} = {(ApiKey is null ? "none" : "…")}");
        return true;
    }

    private static void Check(bool holds, string field, string expected, object actual)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{field} must be {expected}; it is {actual}"), field);
    }
}
