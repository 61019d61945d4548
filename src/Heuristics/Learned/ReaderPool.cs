using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>The readers of a model that are at work, one for each search. Safe for concurrent calls.</summary>
/// <param name="model">The model; the caller keeps ownership.</param>
/// <param name="layout">What stands around a text, given the prompt.</param>
/// <param name="create">Makes a reader.</param>
internal sealed class ReaderPool<T>(ILanguageModel model, Func<string, TextLayout> layout, Func<GenerationContext, TextPlace, SessionLease, ModelReader<T>> create)
{
    private readonly ConditionalWeakTable<TokenTree, ModelReader<T>> _shared = [];
    private readonly ConditionalWeakTable<TokenTree, ModelReader<T>> _own = [];
    private readonly Lock _lock = new();

    public ILanguageModel Model => model;

    /// <summary>The session that a search's reader will use: one for all heuristics of the pool, and all answers and prompts of the search.</summary>
    public SessionNeed Need(GenerationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var place = Place(context);
        var nodes = context.MaxNodes > 0 ? context.MaxNodes : context.Tree.Depth(context.Root) + 64L * context.MaxTokens;
        // another tokenizer may need more tokens for a text; what is over lets texts stay that the next step goes on from
        if (!place.SharesTree) nodes = 2 * nodes + place.Overhead;
        return new(Key(context, place), model, place.SharesTree ? context.Tree : null, (int)Math.Min(nodes, int.MaxValue));
    }

    /// <summary>The reader of a search and the place of its texts. <see cref="Return"/> it when done.</summary>
    public (ModelReader<T> Reader, TextPlace Place) Take(GenerationContext context, ModelSessions sessions)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        var place = Place(context);
        var readers = Readers(place);
        lock (_lock)
        {
            if (!readers.TryGetValue(context.Tree, out var reader)) readers.Add(context.Tree, reader = Create(context, place, sessions.Take(Key(context, place))));
            reader.Users++;
            return (reader, place);
        }
    }

    public void Return(GenerationContext context, ModelReader<T> reader, TextPlace place)
    {
        lock (_lock)
        {
            if (--reader.Users > 0) return;
            Readers(place).Remove(context.Tree);
        }
        reader.Dispose();
    }

    private TextPlace Place(GenerationContext context) => new(context, model, layout(context.Prompt));

    private object Key(GenerationContext context, TextPlace place) => (Readers(place), context.Tree);

    private ConditionalWeakTable<TokenTree, ModelReader<T>> Readers(TextPlace place) => place.SharesTree ? _shared : _own;

    private ModelReader<T> Create(GenerationContext context, TextPlace place, SessionLease lease)
    {
        try
        {
            return create(context, place, lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }
}
