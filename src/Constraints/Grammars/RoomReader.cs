namespace DecodeAlign.Constraints;

/// <summary>Reads how far a state goes on whichever characters follow, of those that stand for themselves in a JSON string. Not safe for concurrent use.</summary>
/// <param name="grammar">The grammar.</param>
/// <param name="machine">Reads it.</param>
/// <param name="longest">Characters of the longest token: more are told as that many.</param>
/// <param name="step">The state after a byte.</param>
internal sealed class RoomReader(Grammar grammar, EarleyMachine machine, int longest, Func<GrammarState, byte, GrammarState> step)
{
    private readonly List<GrammarState> _chain = [];

    /// <summary>How many such characters may follow, whichever they are; −1: it depends on which.</summary>
    public int Of(GrammarState state)
    {
        if (state.Room != GrammarState.Unknown) return state.Room;
        foreach (var item in state.Column.Reading)
            if (IsAmple(item, out var bytes))
            {
                (state.Room, state.RoomBytes) = (longest, bytes);
                return longest;
            }
        return Together(state);
    }

    /// <summary>The state after any character beyond ASCII; <see cref="GrammarState.Broken"/>: none may follow; null: it depends on which.</summary>
    public GrammarState? AfterHigh(GrammarState state)
    {
        foreach (var item in state.Column.Reading)
            if (grammar.AfterHigh(item.State) < 0 && grammar.ReadsHigh(item.State)) return null;
        var lead = step(state, 0xC2);
        return lead == GrammarState.Broken ? lead : step(lead, 0x80);
    }

    // whether one item goes on alone, whatever the others do
    private bool IsAmple(Item item, out long bytes)
    {
        bytes = machine.BytesOf(item);
        for (var i = 0; i < longest; i++)
        {
            var (target, count) = (grammar.AfterPlain(item.State), item.Count);
            if (target < 0 || grammar.Step(item.State, (byte)'a', ref count) < 0) return false;
            var next = new Item(target, item.Origin, count);
            if (next == item) return true;
            item = next;
            bytes = Math.Max(bytes, machine.BytesOf(item));
        }
        return true;
    }

    // where all items go on alike, for as long as they do
    private int Together(GrammarState state)
    {
        _chain.Clear();
        var (at, room, bytes) = (state, -1, 0L);
        while (true)
        {
            if (at.Room != GrammarState.Unknown)
            {
                (room, bytes) = (at.Room, Math.Max(at.RoomBytes, at.Column.Bytes));
                break;
            }
            var next = After(at, out var isAny);
            if (!isAny || next is null)
            {
                room = at.Room = isAny ? 0 : -1;
                bytes = at.Column.Bytes;
                break;
            }
            bytes = Math.Max(bytes, next.Column.Bytes);
            // what comes later is not looked at: it is known of the first alone that there is room enough
            if (_chain.Count >= longest)
            {
                (state.Room, state.RoomBytes) = (longest, bytes);
                return longest;
            }
            _chain.Add(at);
            at = next;
        }
        for (var i = _chain.Count - 1; i >= 0; i--)
        {
            room = _chain[i].Room = room < 0 ? -1 : Math.Min(room + 1, longest);
            _chain[i].RoomBytes = bytes;
            bytes = Math.Max(bytes, _chain[i].Column.Bytes);
        }
        return state.Room;
    }

    // null where no such character may follow
    private GrammarState? After(GrammarState state, out bool isAny)
    {
        isAny = state.Column.Reading.Count > 0;
        foreach (var item in state.Column.Reading) isAny &= grammar.AfterPlain(item.State) >= 0;
        if (!isAny) return null;
        var next = step(state, (byte)'a');
        return next == GrammarState.Broken ? null : next;
    }
}
