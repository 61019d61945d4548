using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Where a text stands in a grammar and in what holds beside it, with what was found out about it.</summary>
internal sealed class GrammarState(Column column, int side)
{
    /// <summary>An end-of-sequence token stood where the text may end.</summary>
    public static GrammarState Ended { get; } = new(Column.None, 0);

    /// <summary>The text can't be ended well any more.</summary>
    public static GrammarState Broken { get; } = new(Column.None, 0);

    public Column Column => column;

    public int Side => side;

    /// <summary>Stands for: not known yet.</summary>
    public const int Unknown = -2;

    /// <summary>How many characters may follow that stand for themselves in a JSON string, whichever they are.</summary>
    public int Room { get; set; } = Unknown;

    /// <summary>Bytes that are enough to end well after any of them.</summary>
    public long RoomBytes { get; set; }

    /// <summary>The state after any character beyond ASCII, <see cref="Broken"/> where none may follow; null: it depends on which. Known where <see cref="KnowsHigh"/> is set.</summary>
    public GrammarState? High { get; set; }

    /// <summary>Whether <see cref="High"/> is known.</summary>
    public bool KnowsHigh { get; set; }

    /// <summary>Tokens that are enough to end well; −1: not known yet.</summary>
    public int Needed { get; set; } = -1;

    /// <summary>The states after each byte, as far as known.</summary>
    public GrammarState?[] Next { get; set; } = [];

    /// <summary>The tokens that lead on; null: not read yet.</summary>
    public OpenTokens? Open { get; set; }

    /// <summary>What the tokens do; null: not read yet.</summary>
    public GrammarMoves? Moves { get; set; }
}

/// <summary>The tokens that lead on from a state.</summary>
/// <param name="Tokens">They, and the end-of-sequence tokens where the text may end.</param>
/// <param name="Narrows">Whether any token is not in it.</param>
/// <param name="Bytes">Bytes that are enough to end well after any of them.</param>
internal sealed record OpenTokens(TokenMask Tokens, bool Narrows, long Bytes);

/// <summary>What the tokens of a vocabulary do from a state.</summary>
/// <param name="Open">Every token that leads on, and the end-of-sequence tokens where the text may end.</param>
/// <param name="Narrows">Whether any token is not in it.</param>
/// <param name="Far">The tokens that lead on, by what is needed after them, the most first.</param>
internal sealed record GrammarMoves(TokenMask Open, bool Narrows, (int Needed, TokenMove Tokens)[] Far);
