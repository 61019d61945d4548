using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>A request asked for more KV memory of a model than is free under its budget. Raised when its sessions open, never in mid-run.</summary>
public sealed class KvBudgetException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="neededBytes">What all sessions of the request together asked to reserve.</param>
    /// <param name="freeBytes">What was free.</param>
    /// <param name="budgetBytes">The whole budget.</param>
    /// <param name="waited">How long it waited for other sessions to end; default: not at all.</param>
    /// <param name="model">Name of the model whose memory it is; null (default): not said.</param>
    public KvBudgetException(long neededBytes, long freeBytes, long budgetBytes, TimeSpan waited = default, string? model = null)
        : base(string.Create(CultureInfo.InvariantCulture, $"the KV cache {(model is null ? "" : $"of '{model}' ")}needs {neededBytes:N0} bytes for this request; {freeBytes:N0} of {budgetBytes:N0} are free{(waited > TimeSpan.Zero ? $" after {waited.TotalSeconds:0.###} s of waiting for other requests" : "")}. Lower the beam, candidates, lookahead or token limit, or raise the KV budget."))
    {
        NeededBytes = neededBytes;
        FreeBytes = freeBytes;
        BudgetBytes = budgetBytes;
        Model = model;
    }

    /// <summary>What all sessions of the request together asked to reserve, in bytes.</summary>
    public long NeededBytes { get; }

    /// <summary>What was free, in bytes.</summary>
    public long FreeBytes { get; }

    /// <summary>The whole budget, in bytes.</summary>
    public long BudgetBytes { get; }

    /// <summary>Name of the model whose memory it is; null: not known.</summary>
    public string? Model { get; }
}
