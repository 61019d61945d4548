namespace DecodeAlign.Models;

/// <summary>The hub refused, or what it sent is not what it said. The message says what to do.</summary>
public sealed class HubException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">What was caught, if anything.</param>
    public HubException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
