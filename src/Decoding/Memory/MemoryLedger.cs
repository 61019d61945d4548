namespace DecodeAlign.Decoding;

/// <summary>
/// The one waiting line for KV memory of all models in the process. A request asks once for all its sessions and gets all of them or none: who waits holds nothing, so requests that need the same
/// models cannot block each other in any order. First come first served: nobody overtakes one who waits for a model that he needs too, so a large request is not starved by small ones. What can never
/// fit is refused at once. Safe for concurrent calls.
/// </summary>
internal static class MemoryLedger
{
    private static readonly Lock Sync = new();
    private static readonly LinkedList<MemoryAsk> Line = new();

    /// <param name="needs">All that a request needs, at least one.</param>
    /// <param name="mayWait">Whether it may stand in line; otherwise it gets what is free now, or a refusal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A grant for each need, in order.</returns>
    /// <exception cref="KvBudgetException">The memory is not there, or was not within the shortest <see cref="MemoryAccount.Wait"/> of the models.</exception>
    public static async ValueTask<MemoryGrant[]> OpenAsync(IReadOnlyList<MemoryNeed> needs, bool mayWait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var ask = new MemoryAsk(needs);
        lock (Sync)
        {
            ask.RefuseImpossible();
            var full = ask.Accounts.FirstOrDefault(account => account.Waiting > 0);
            if (full is null && ask.TryOpen() is { } grants) return grants;
            full = ask.Accounts.FirstOrDefault(account => account.Waiting >= account.MaxWaiting) ?? full;
            if (!mayWait || ask.Wait == TimeSpan.Zero || full?.Waiting >= full?.MaxWaiting) throw ask.Refusal ?? full!.Refuse(ask.Bytes(full));
            Enter(ask);
        }
        try
        {
            return await ask.Granted.Task.WaitAsync(ask.Wait, ask.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            // granted meanwhile: then it is the caller's after all
            if (!TryLeave(ask)) return await ask.Granted.Task.ConfigureAwait(false);
            if (fault is OperationCanceledException) throw;
            throw ask.RefusalAfterWait();
        }
    }

    /// <summary>A session has returned its memory.</summary>
    public static void Return(MemoryGrant grant)
    {
        lock (Sync)
        {
            grant.Account.Close(grant);
            Admit();
        }
    }

    /// <summary>A model goes away: whoever waits for it is refused, and whoever stood behind him goes on.</summary>
    public static void Close(MemoryAccount account)
    {
        lock (Sync)
        {
            account.IsClosed = true;
            foreach (var ask in Line.Where(ask => ask.Accounts.Contains(account)).ToList())
            {
                Remove(ask);
                ask.Granted.TrySetException(new ObjectDisposedException(account.Model));
            }
            Admit();
        }
    }

    /// <summary>Sessions that are open on a model, and requests that wait for it.</summary>
    public static (int Open, int Waiting) Count(MemoryAccount account)
    {
        lock (Sync) return (account.OpenSessions, account.Waiting);
    }

    private static void Admit()
    {
        var blocked = new HashSet<MemoryAccount>();
        for (var place = Line.First; place is not null;)
        {
            var ask = place.Value;
            place = place.Next;
            if (!ask.Accounts.Any(blocked.Contains) && IsAnswered(ask)) Remove(ask);
            else blocked.UnionWith(ask.Accounts);
        }
    }

    private static bool IsAnswered(MemoryAsk ask)
    {
        try
        {
            return ask.TryOpen() is { } grants && ask.Granted.TrySetResult(grants);
        }
        catch (Exception fault)
        {
            return ask.Granted.TrySetException(fault);
        }
    }

    private static void Enter(MemoryAsk ask)
    {
        Line.AddLast(ask);
        foreach (var account in ask.Accounts) account.Waiting++;
    }

    private static void Remove(MemoryAsk ask)
    {
        Line.Remove(ask);
        foreach (var account in ask.Accounts) account.Waiting--;
    }

    // who stood behind may fit where this one did not
    private static bool TryLeave(MemoryAsk ask)
    {
        lock (Sync)
        {
            if (!Line.Contains(ask)) return false;
            Remove(ask);
            Admit();
            return true;
        }
    }
}
