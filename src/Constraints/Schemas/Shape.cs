using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Types of JSON values, whole numbers and other numbers told apart.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Whole = 4,
    Fraction = 8,
    Number = Whole | Fraction,
    String = 16,
    Array = 32,
    Object = 64,
    All = 127,
}

/// <summary>A schema without alternatives: what is asked of each type of value, all of it at once. Immutable.</summary>
internal sealed record Shape
{
    public static Shape Any { get; } = new();

    public JsonTypes Types { get; init; } = JsonTypes.All;

    /// <summary>The values that are left; null: any.</summary>
    public IReadOnlyList<JsonElement>? Values { get; init; }

    public NumberRange Numbers { get; init; } = NumberRange.Any;

    /// <summary>Characters of a string.</summary>
    public CountRange Length { get; init; } = CountRange.Any;

    public IReadOnlyList<TextRule> Texts { get; init; } = [];

    /// <summary>Items of an array.</summary>
    public CountRange Items { get; init; } = CountRange.Any;

    public IReadOnlyList<ArrayTerm> Arrays { get; init; } = [];

    /// <summary>Of the items so many have to be valid against a node.</summary>
    public IReadOnlyList<(SchemaNode Node, CountRange Range)> Contains { get; init; } = [];

    /// <summary>No item may be there twice.</summary>
    public bool HasUniqueItems { get; init; }

    /// <summary>Properties of an object.</summary>
    public CountRange Properties { get; init; } = CountRange.Any;

    public IReadOnlyList<ObjectTerm> Objects { get; init; } = [];

    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>What every property's name has to be valid against.</summary>
    public IReadOnlyList<SchemaNode> Names { get; init; } = [];

    public bool IsAny => Types == JsonTypes.All && Values is null && Numbers.IsAny && Length.IsAny && Items.IsAny && Properties.IsAny && !HasUniqueItems
        && Texts.Count + Arrays.Count + Contains.Count + Objects.Count + Required.Count + Names.Count == 0;

    public Shape And(Shape other) => new()
    {
        Types = Types & other.Types,
        Values = Values is null ? other.Values : other.Values is null ? Values : [.. Values.Where(value => other.Values.Any(same => SchemaJudge.AreEqual(value, same)))],
        Numbers = Numbers.And(other.Numbers),
        Length = Length.And(other.Length),
        Texts = Join(Texts, other.Texts),
        Items = Items.And(other.Items),
        Arrays = Join(Arrays, other.Arrays),
        Contains = Join(Contains, other.Contains),
        HasUniqueItems = HasUniqueItems || other.HasUniqueItems,
        Properties = Properties.And(other.Properties),
        Objects = Join(Objects, other.Objects),
        Required = Join(Required, other.Required),
        Names = Join(Names, other.Names),
    };

    /// <summary>The shape without the types that nothing is left of.</summary>
    public Shape Pruned()
    {
        var types = Types;
        if (Values is not null) types &= Values.Aggregate(JsonTypes.None, (all, value) => all | SchemaJudge.TypeOf(value));
        if (Numbers.IsEmpty) types &= ~JsonTypes.Number;
        if (Length.Least > Length.Most) types &= ~JsonTypes.String;
        if (Items.Least > Items.Most) types &= ~JsonTypes.Array;
        if (Properties.Least > Properties.Most || Required.Count > Properties.Most) types &= ~JsonTypes.Object;
        return this with { Types = types };
    }

    private static IReadOnlyList<T> Join<T>(IReadOnlyList<T> left, IReadOnlyList<T> right) => left.Count == 0 ? right : right.Count == 0 ? left : [.. left.Concat(right).Distinct()];
}

/// <summary>Bounds of a number, and what it has to be a multiple of.</summary>
internal sealed record NumberRange
{
    public static NumberRange Any { get; } = new();

    public JsonNumber? Least { get; init; }

    public bool IsAbove { get; init; }

    public JsonNumber? Most { get; init; }

    public bool IsBelow { get; init; }

    public IReadOnlyList<JsonNumber> Multiples { get; init; } = [];

    /// <summary>Tells ranges apart.</summary>
    public string Key => $"{Least}{(IsAbove ? "<" : "")}..{(IsBelow ? "<" : "")}{Most}%{string.Join('%', Multiples)}";

    public bool IsAny => Least is null && Most is null && Multiples.Count == 0;

    public bool IsEmpty => Least is { } least && Most is { } most && (least > most || ((IsAbove || IsBelow) && least == most));

    public NumberRange AtLeast(JsonNumber bound, bool above) =>
        Least is { } known && (known > bound || (known == bound && (IsAbove || !above))) ? this : this with { Least = bound, IsAbove = above };

    public NumberRange AtMost(JsonNumber bound, bool below) =>
        Most is { } known && (known < bound || (known == bound && (IsBelow || !below))) ? this : this with { Most = bound, IsBelow = below };

    public NumberRange And(NumberRange other)
    {
        var both = this with { Multiples = Multiples.Count == 0 ? other.Multiples : [.. Multiples.Concat(other.Multiples).Distinct()] };
        if (other.Least is { } least) both = both.AtLeast(least, other.IsAbove);
        return other.Most is { } most ? both.AtMost(most, other.IsBelow) : both;
    }

    public bool Holds(JsonNumber number) =>
        (Least is not { } least || number > least || (number == least && !IsAbove)) && (Most is not { } most || number < most || (number == most && !IsBelow)) && Multiples.All(number.IsMultipleOf);
}

/// <summary>One schema's <c>properties</c>, <c>patternProperties</c> and <c>additionalProperties</c>.</summary>
internal sealed class ObjectTerm
{
    public required IReadOnlyList<(string Name, SchemaNode Node)> Listed { get; init; }

    public IReadOnlyList<(TextRule Pattern, SchemaNode Node)> Patterns { get; init; } = [];

    /// <summary>What holds for all other properties; null: nothing is said of them.</summary>
    public SchemaNode? Others { get; init; }
}

/// <summary>One schema's first items and all others.</summary>
internal sealed class ArrayTerm
{
    public IReadOnlyList<SchemaNode> First { get; init; } = [];

    /// <summary>What holds for all others; null: anything.</summary>
    public SchemaNode? Others { get; init; }

    public SchemaNode? At(int item) => item < First.Count ? First[item] : Others;
}
