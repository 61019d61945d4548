using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using DecodeAlign.Constraints;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Tests;

/// <summary>Schemas that Microsoft.Extensions.AI writes of .NET types are read, and what the types serialise to is what may be written.</summary>
public class DotNetTypeTests
{
    private static readonly JsonSchemaOptions Layout = new() { WhiteSpace = JsonWhiteSpace.Compact };

    private static readonly object[] Values =
    [
        1, (byte)2, (sbyte)-3, (short)4, (ushort)5, 6u, 7L, 8UL, 1.5f, 2.25, 3.75m, true, 'x', "text",
        new DateTime(2024, 2, 29, 10, 0, 0, DateTimeKind.Utc), new DateTimeOffset(2024, 2, 29, 10, 0, 0, TimeSpan.FromHours(2)), new DateOnly(2024, 2, 29), new TimeSpan(1, 2, 3, 4), Guid.Parse("123e4567-e89b-12d3-a456-426614174000"),
        new Uri("https://example.com/a?b=c"), new Version(1, 2, 3), DayOfWeek.Friday, Colour.Green, new[] { 1, 2 }, new List<string> { "a" }, new Dictionary<string, int> { ["a"] = 1 }, new Dictionary<string, double[]> { ["x"] = [1, 2] },
        new Point(1, 2), new Person("Ann", 30, null), new Person("Bob", null, "b@example.com"), new Order([new("pen", 2)], new(2024, 2, 29), null), new Limits { Count = 5, Name = "abc" }, new Node { Value = 1, Next = new() { Value = 2 } },
        new Holder<int> { Value = 3 }, new Holder<Person> { Value = new("Cy", 1, "") }, new Drawing([new Circle(1.5), new Square(2)]), new Optional { Maybe = 4, Colour = null, When = null }, (int?)9, new byte[] { 1, 2, 3 }, new Renamed { Inner = "x" },
        new HashSet<int> { 1 }, new KeyValuePair<string, int>("k", 1), JsonDocument.Parse("{\"a\":1}").RootElement,
    ];

    [Fact]
    public void ForJsonSchema_DotNetTypes_AreAcceptedAndTakenAsSerialised()
    {
        var options = AIJsonUtilities.DefaultOptions;
        var flat = new JsonSerializerOptions(options) { WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.Never };
        var faults = new List<string>();
        foreach (var value in Values)
        {
            var type = value.GetType();
            var schema = AIJsonUtilities.CreateJsonSchema(type, serializerOptions: options).GetRawText();
            var text = JsonSerializer.Serialize(value, type, flat);
            try
            {
                if (!new JsonSchema(schema, options: Layout).IsMetBy(text)) faults.Add($"{type}: {text} of {schema}");
                else JsonSerializer.Deserialize(text, type, options);
            }
            catch (ArgumentException fault)
            {
                faults.Add($"{type}: {fault.Message} of {schema}");
            }
        }
        Assert.True(Values.Length >= 40);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private enum Colour
    {
        Red,
        Green,
    }

    private readonly record struct Point(int X, int Y);

    private sealed record Person(string Name, int? Age, string? Email);

    private sealed record Line(string Article, int Count);

    private sealed record Order(List<Line> Lines, DateOnly Day, Uri? Link);

    private sealed class Limits
    {
        [Range(1, 10)]
        public int Count { get; set; }

        [StringLength(10, MinimumLength = 2)]
        public string? Name { get; set; }
    }

    private sealed class Node
    {
        public int Value { get; set; }

        public Node? Next { get; set; }
    }

    private sealed class Holder<T>
    {
        public T? Value { get; set; }
    }

    [JsonDerivedType(typeof(Circle), "circle")]
    [JsonDerivedType(typeof(Square), "square")]
    private abstract record Figure;

    private sealed record Circle(double Radius) : Figure;

    private sealed record Square(double Side) : Figure;

    private sealed record Drawing(List<Figure> Figures);

    private sealed class Optional
    {
        public int? Maybe { get; set; }

        public Colour? Colour { get; set; }

        public DateTimeOffset? When { get; set; }
    }

    private sealed class Renamed
    {
        [JsonPropertyName("<inner>")]
        public string? Inner { get; set; }
    }
}
