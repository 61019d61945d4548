namespace DecodeAlign.Decoding;

/// <summary>A session's memory, to be asked for.</summary>
/// <param name="Account">The model's account.</param>
/// <param name="Tree">The tree that the session will be open on.</param>
/// <param name="MaxNodes">Most nodes alive at once.</param>
internal readonly record struct MemoryNeed(MemoryAccount Account, TokenTree Tree, int MaxNodes);

/// <summary>All that one request needs of any models. Used under the ledger's lock.</summary>
internal sealed class MemoryAsk(IReadOnlyList<MemoryNeed> needs)
{
    /// <summary>The models' accounts, each once.</summary>
    public MemoryAccount[] Accounts { get; } = [.. needs.Select(need => need.Account).Distinct()];

    /// <summary>What it got.</summary>
    public TaskCompletionSource<MemoryGrant[]> Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why it got nothing when it was tried last; null: it stood in line behind others.</summary>
    public KvBudgetException? Refusal { get; private set; }

    /// <summary>How long it may wait: as long as the least patient of its models allows.</summary>
    public TimeSpan Wait => LeastPatient.Wait;

    /// <summary>The clock of the wait.</summary>
    public TimeProvider Time => LeastPatient.Time;

    private MemoryAccount LeastPatient => Accounts.MinBy(account => account.Wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : account.Wait)!;

    /// <summary>What it needs of one model, in bytes.</summary>
    public long Bytes(MemoryAccount account) => needs.Where(need => need.Account == account).Sum(need => account.BytesFor(need.MaxNodes));

    /// <exception cref="KvBudgetException">It needs more than a model's whole budget.</exception>
    /// <exception cref="ObjectDisposedException">A model is gone.</exception>
    public void RefuseImpossible()
    {
        foreach (var account in Accounts)
        {
            ObjectDisposedException.ThrowIf(account.IsClosed, typeof(ILanguageModel));
            if (Bytes(account) > account.BudgetBytes || (account.Waiting > 0 && Bytes(account) > account.LastBudgetBytes)) throw account.Refuse(Bytes(account));
        }
    }

    /// <summary>Opens every session, or none.</summary>
    /// <returns>The grants; null: a model lacks memory that others will return.</returns>
    /// <exception cref="KvBudgetException">There is nothing to wait for: nobody else holds that model's memory, or it is too little as a whole.</exception>
    public MemoryGrant[]? TryOpen()
    {
        Refusal = Accounts.FirstOrDefault(account => Bytes(account) > account.FreeBytes) is { } full ? full.Refuse(Bytes(full)) : null;
        if (Refusal is not null) return null;
        var grants = new List<MemoryGrant>(needs.Count);
        try
        {
            foreach (var need in needs) grants.Add(need.Account.Open(need));
            return [.. grants];
        }
        catch (Exception fault)
        {
            foreach (var grant in grants) grant.Account.Undo(grant);
            if (fault is not KvBudgetException refusal) throw;
            // an engine may have less than it counts on, such as a device that others use too
            var account = needs[grants.Count].Account;
            var own = grants.Where(grant => grant.Account == account).Sum(grant => grant.Bytes);
            Refusal = account.Refuse(own == 0 ? Math.Max(refusal.NeededBytes, Bytes(account)) : Bytes(account), refusal.FreeBytes + own, refusal.BudgetBytes);
            return account.OpenSessions > 0 && Refusal.NeededBytes <= refusal.BudgetBytes ? null : throw Refusal;
        }
    }

    /// <summary>The refusal of one that has waited as long as it may.</summary>
    public KvBudgetException RefusalAfterWait()
    {
        var refusal = Refusal ?? Accounts.MinBy(account => account.FreeBytes)!.Refuse(Bytes(Accounts.MinBy(account => account.FreeBytes)!));
        return new(refusal.NeededBytes, refusal.FreeBytes, refusal.BudgetBytes, Wait, refusal.Model);
    }
}
