using System.Net;

namespace DecodeAlign.Remote;

/// <summary>An attempt failed in a way that another one may not.</summary>
internal sealed class TransientException(string message, HttpStatusCode? status = null, TimeSpan? wait = null, Exception? inner = null) : Exception(message, inner)
{
    public HttpStatusCode? Status => status;

    /// <summary>How long the server asks to wait; null: it does not say.</summary>
    public TimeSpan? Wait => wait;
}
