using System.Runtime.CompilerServices;
using DecodeAlign.Models.ChatTemplates.Values;

namespace DecodeAlign.Models.ChatTemplates.Rendering;

/// <summary>What one render carries along: its budget, its place in the source and its dialect. Used by one thread.</summary>
internal sealed class RenderContext
{
    private const int CharactersPerStep = 32;
    private const int CharactersPerWalkStep = 8;
    private const int SquareBitsPerStep = 16_384;
    private const int CharactersPerSearchStep = 4096;
    private const int StepsPerCancellationCheck = 1 << 14;

    private readonly CancellationToken cancellationToken;
    private long steps;
    private long nextCancellationCheck = StepsPerCancellationCheck;
    private long characters;
    private int depth;
    private ulong random;

    public RenderContext(ChatTemplateOptions options, CancellationToken cancellationToken)
    {
        Options = options;
        this.cancellationToken = cancellationToken;
        Comparer = new ValueComparer(this);
    }

    public ChatTemplateOptions Options { get; }

    public bool JavaScript => Options.Dialect == ChatTemplateDialect.JavaScript;

    /// <summary>Python equality and hashing, charged to this render.</summary>
    public ValueComparer Comparer { get; }

    /// <summary>The template's own variables, which its blocks see.</summary>
    public required Scope TopLevel { get; init; }

    /// <summary>Whether what is put out is escaped for HTML.</summary>
    public bool AutoEscape { get; set; }

    /// <summary>The line being rendered, for errors.</summary>
    public int Line { get; set; } = 1;

    /// <summary>Counts a step one level deeper; <see cref="Leave"/> goes back up.</summary>
    public void Enter()
    {
        Step(1);
        if (++depth > Options.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateFault($"nested deeper than {Options.MaxDepth} levels");
    }

    public void Leave() => depth--;

    /// <summary>A text that has been put out: safe where it was escaped.</summary>
    public object Marked(string text) => AutoEscape ? new MarkupValue(text) : text;

    /// <summary>The next of the render's random numbers, below a bound: the same in every render (SplitMix64).</summary>
    public ulong NextRandom(ulong bound)
    {
        var z = random += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) % bound;
    }

    public void Step(long count)
    {
        steps += count;
        if (steps > Options.MaxSteps)
            throw new TemplateFault($"more than {Options.MaxSteps} steps: the template loops too much");
        if (steps >= nextCancellationCheck)
        {
            nextCancellationCheck = steps + StepsPerCancellationCheck;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Charges reading through a text.</summary>
    public void Scan(long length) => Step(1 + (length / CharactersPerStep));

    /// <summary>Charges looking at each character of a text in turn.</summary>
    public void Walk(long length) => Step(1 + (length / CharactersPerWalkStep));

    /// <summary>Charges work on integers or decimal digits beyond the machine's own, which grows with the square of their length.</summary>
    public void BigNumber(long bits) => Step(100 + (bits * bits / SquareBitsPerStep));

    /// <summary>Charges searching a text for a pattern, whose worst case is the product of their lengths.</summary>
    public void Search(long length, long pattern) => Step(1 + (length / CharactersPerStep) + (Math.Max(0, length - pattern) * pattern / CharactersPerSearchStep));

    /// <summary>Charges creating a text; called before it is allocated.</summary>
    public void Allocate(long length)
    {
        characters += length;
        if (length < 0 || characters > Options.MaxCharacters)
            throw new TemplateFault($"more than {Options.MaxCharacters} characters created: the template makes too much text");
        Step(1 + (length / CharactersPerStep));
    }

    /// <summary>Charges creating a list; called before it is allocated.</summary>
    public void AllocateItems(long count)
    {
        Allocate(count > Options.MaxCharacters ? long.MaxValue / 2 : count * 16);
        Step(count);
    }
}
