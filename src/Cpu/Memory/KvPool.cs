using DecodeAlign.Decoding;

namespace DecodeAlign.Cpu;

/// <summary>
/// The pages of all sessions of an engine, and those that keep prompts, under one byte budget. A session's pages are reserved when it opens and taken when they are needed;
/// what is kept makes room for them. Safe for concurrent calls.
/// </summary>
internal sealed class KvPool(long budgetBytes, KvLayout layout, long keptBytes) : IDisposable
{
    // what stays for the next session: touching new memory would cost it more than its first pass
    private const long IdleBytes = 64 << 20;

    private readonly Lock _lock = new();
    private readonly List<KvChunk> _chunks = [];
    private Stack<KvPage> _idle = new();
    private readonly PrefixPages _kept = new();
    private long _reservedPages;

    public long BudgetBytes => budgetBytes;

    public long PageBytes => layout.PageBytes;

    public long ReservedBytes => Volatile.Read(ref _reservedPages) * PageBytes;

    public long KeptBytes
    {
        get
        {
            lock (_lock) return _kept.Count * PageBytes;
        }
    }

    /// <exception cref="KvBudgetException">The pages are not there.</exception>
    public void Reserve(long pages)
    {
        lock (_lock)
        {
            var free = budgetBytes / PageBytes - _reservedPages;
            if (pages > free) throw new KvBudgetException(pages * PageBytes, free * PageBytes, budgetBytes);
            while (pages > free - _kept.Count) Drop(_kept.RemoveOldest());
            _reservedPages += pages;
        }
    }

    /// <summary>Gives a reservation back; the last one frees the memory, but for a little.</summary>
    public void Unreserve(long pages)
    {
        lock (_lock)
        {
            _reservedPages -= pages;
            if (_reservedPages == 0) FreeIdle(IdleBytes);
        }
    }

    /// <summary>A page under a reservation; its content is arbitrary but finite.</summary>
    public KvPage Take()
    {
        lock (_lock)
        {
            if (_idle.TryPop(out var page)) page.Chunk.Idle--;
            else
            {
                if (_chunks.Count == 0 || _chunks[^1].IsFull) _chunks.Add(new(layout));
                page = _chunks[^1].Take();
            }
            page.Users = 1;
            return page;
        }
    }

    public void Return(KvPage page)
    {
        lock (_lock) Drop(page);
    }

    /// <summary>Whether others use a page too.</summary>
    public bool IsShared(KvPage page)
    {
        lock (_lock) return page.Users > 1;
    }

    /// <summary>The kept page below another; with <paramref name="use"/> the caller becomes a user of its memory.</summary>
    public PrefixPage? Find(PrefixPage? parent, int[] tokens, bool use)
    {
        lock (_lock)
        {
            var found = _kept.Find(parent, tokens);
            _kept.Touch(found);
            if (use && found is not null) found.Page.Users++;
            return found;
        }
    }

    /// <summary>Keeps a session's page; null where there is no room.</summary>
    public PrefixPage? Keep(PrefixPage? parent, int[] tokens, KvPage page)
    {
        lock (_lock)
        {
            // a parent that had to go takes nothing below it
            if (parent is { Place: null }) return null;
            _kept.Touch(parent);
            if ((_kept.Count + 1) * PageBytes > keptBytes || _reservedPages + _kept.Count + 1 > budgetBytes / PageBytes)
            {
                if (_kept.Count == 0) return null;
                Drop(_kept.RemoveOldest());
                if (parent is { Place: null } || _reservedPages + _kept.Count + 1 > budgetBytes / PageBytes) return null;
            }
            page.Users++;
            return _kept.Add(parent, tokens, page);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            while (_kept.Count > 0) Drop(_kept.RemoveOldest());
            FreeIdle(0);
        }
    }

    private void Drop(KvPage page)
    {
        if (--page.Users > 0) return;
        _idle.Push(page);
        page.Chunk.Idle++;
    }

    private void FreeIdle(long keep)
    {
        var freed = _chunks.Where(chunk => chunk.IsUnused).Skip((int)(keep / layout.ChunkBytes)).ToHashSet();
        _idle = new(_idle.Where(page => !freed.Contains(page.Chunk)));
        foreach (var chunk in freed) chunk.Dispose();
        _chunks.RemoveAll(freed.Contains);
    }
}
