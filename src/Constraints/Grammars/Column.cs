namespace DecodeAlign.Constraints;

/// <summary>
/// Everything a grammar may be in the middle of after some bytes: a column of Earley's parser (1970). An item's origin is the column where its rule began, so that equal
/// stacks are one and the same, and texts that leave the same to be done share a column.
/// </summary>
internal sealed class Column
{
    /// <summary>Stands for: no text goes on so.</summary>
    public static Column None { get; } = new() { Kernel = [], Id = -2 };

    /// <summary>The items that the last byte led to; the others follow from them.</summary>
    public required Item[] Kernel { get; init; }

    /// <summary>Orders the items of kernels.</summary>
    public required int Id { get; init; }

    /// <summary>Items that may read a byte.</summary>
    public List<Item> Reading { get; } = [];

    /// <summary>For each rule called here, the items that go on after it.</summary>
    public Dictionary<int, List<Item>> Waiting { get; } = [];

    /// <summary>Whether the text may end.</summary>
    public bool Accepts { get; set; }

    /// <summary>For each rule called here, bytes that are enough from its end to the end of the text.</summary>
    public Dictionary<int, long> Rest { get; } = [];

    /// <summary>Bytes that are enough to the end of the text.</summary>
    public long Bytes { get; set; }

    /// <summary>The columns after each class of bytes, as far as known.</summary>
    public Column?[] Next { get; set; } = [];
}

/// <summary>A state of a rule's automaton, the column where the rule began (null: the rule is the whole text), and what the rule has counted.</summary>
internal readonly record struct Item(int State, Column? Origin, int Count);
