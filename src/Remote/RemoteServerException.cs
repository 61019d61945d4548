using System.Net;

namespace DecodeAlign.Remote;

/// <summary>A server could not be reached, refused a request, or answered what can't be used. The message names the server and what to do.</summary>
public sealed class RemoteServerException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="status">The status that the server answered with; null: it did not, or that was not it.</param>
    /// <param name="inner">The cause; null: none.</param>
    public RemoteServerException(string message, HttpStatusCode? status = null, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>The status that the server answered with; null: it did not, or that was not it.</summary>
    public HttpStatusCode? Status { get; }
}
