namespace DecodeAlign.Decoding;

/// <summary>What the ledger knows of one model's KV memory. Changed under the ledger's lock only.</summary>
/// <param name="model">The model's name.</param>
/// <param name="budgetBytes">Its whole budget, as far as it is known beforehand.</param>
/// <param name="bytesFor">What a session for a number of nodes reserves.</param>
/// <param name="open">Reserves; disposing what it returns gives the memory back.</param>
internal sealed class MemoryAccount(string model, long budgetBytes, Func<int, long> bytesFor, Func<TokenTree, int, IDisposable> open)
{
    private long _reserved;

    public string Model => model;

    public long BudgetBytes { get; } = budgetBytes;

    /// <summary>The budget of the last refusal, which the engine may know better.</summary>
    public long LastBudgetBytes { get; private set; } = budgetBytes;

    /// <summary>How long a request waits for this model's memory; zero: not at all.</summary>
    public required TimeSpan Wait { get; init; }

    /// <summary>Most requests that wait for it at once.</summary>
    public required int MaxWaiting { get; init; }

    /// <summary>The clock of the wait.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Whether the model is gone.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Requests that wait for it.</summary>
    public int Waiting { get; set; }

    public int OpenSessions { get; private set; }

    public long FreeBytes => BudgetBytes - _reserved;

    public long BytesFor(int maxNodes) => bytesFor(maxNodes);

    /// <exception cref="KvBudgetException">The engine does not have the memory.</exception>
    public MemoryGrant Open(MemoryNeed need)
    {
        ObjectDisposedException.ThrowIf(IsClosed, typeof(ILanguageModel));
        var grant = new MemoryGrant(this, open(need.Tree, need.MaxNodes), bytesFor(need.MaxNodes));
        OpenSessions++;
        _reserved += grant.Bytes;
        return grant;
    }

    /// <summary>Counts out a session that is gone.</summary>
    public void Close(MemoryGrant grant)
    {
        OpenSessions--;
        _reserved -= grant.Bytes;
    }

    /// <summary>Gives back what was opened in vain.</summary>
    public void Undo(MemoryGrant grant)
    {
        grant.Session.Dispose();
        Close(grant);
    }

    /// <summary>A refusal by what is known of the budget.</summary>
    public KvBudgetException Refuse(long neededBytes) => new(neededBytes, Math.Max(0, Math.Min(FreeBytes, LastBudgetBytes - _reserved)), LastBudgetBytes, model: model);

    /// <summary>A refusal by what the engine says of its budget.</summary>
    public KvBudgetException Refuse(long neededBytes, long freeBytes, long budget)
    {
        LastBudgetBytes = budget;
        return new(neededBytes, freeBytes, budget, model: model);
    }
}

/// <summary>Memory of one session that the ledger has granted.</summary>
/// <param name="account">Whose memory.</param>
/// <param name="session">The engine's session; disposed of by its user, who then calls <see cref="Return"/>.</param>
/// <param name="bytes">How much.</param>
internal sealed class MemoryGrant(MemoryAccount account, IDisposable session, long bytes)
{
    public MemoryAccount Account => account;

    public IDisposable Session => session;

    public long Bytes => bytes;

    /// <summary>The session is disposed of: others may have its memory.</summary>
    public void Return() => MemoryLedger.Return(this);
}

/// <summary>A model whose sessions' memory the ledger grants.</summary>
internal interface ILedgerModel
{
    MemoryAccount Account { get; }

    /// <summary>Begins to work with what was granted.</summary>
    IModelSession Start(MemoryGrant grant, Urgency urgency);
}
