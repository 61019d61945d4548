namespace DecodeAlign.Constraints;

/// <summary>The generated text is one of several, to the letter, and nothing else.</summary>
public sealed class OneOf : TextConstraint
{
    /// <summary>Most characters of all texts together.</summary>
    public const int MostCharacters = 50_000;

    /// <summary>Makes the constraint.</summary>
    /// <param name="texts">What the text may be. After a prompt that ends in a word the model may expect a leading space: give it where it shall stand.</param>
    /// <exception cref="ArgumentException">There is none, one is not valid text, or they are too long.</exception>
    public OneOf(params IEnumerable<string> texts)
        : this(texts, default(CancellationToken))
    {
    }

    /// <summary>Makes the constraint.</summary>
    /// <param name="texts">What the text may be. After a prompt that ends in a word the model may expect a leading space: give it where it shall stand.</param>
    /// <param name="cancellationToken">Ends the work, which may take seconds.</param>
    /// <exception cref="ArgumentException">There is none, one is not valid text, or they are too long.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public OneOf(IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = Cancellation.By(cancellationToken);
        var choices = texts.ToList();
        if (choices.Count == 0) throw new ArgumentException("at least one text is needed", nameof(texts));
        if (choices.Exists(choice => choice is null || choice.EnumerateRunes().Any(rune => rune.Value == 0xFFFD))) throw new ArgumentException("a choice is not valid text", nameof(texts));
        if (choices.Sum(choice => (long)choice.Length) > MostCharacters) throw new ArgumentException($"the choices may hold at most {MostCharacters} characters in all", nameof(texts));
        try
        {
            Rules = new() { Pattern = Determiniser.Compile(new OneOfPatterns([.. choices.Select(Read)])) };
        }
        catch (PatternException fault)
        {
            throw new ArgumentException($"the choices together: {fault.Message}", nameof(texts));
        }
        Name = $"one of {string.Join(" | ", choices.Take(4).Select(Short.Of))}{(choices.Count > 4 ? " | …" : "")}";
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override TextRules Rules { get; }

    private static Pattern Read(string choice)
    {
        Cancellation.Check();
        return Pattern.Text(choice);
    }
}
