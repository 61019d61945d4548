namespace DecodeAlign.Decoding;

/// <summary>Builds a pipeline of decoders around one, as <c>ChatClientBuilder</c> does for chat clients. Used by one thread.</summary>
/// <param name="inner">The decoder in the middle.</param>
public sealed class DecoderBuilder(IDecoder inner)
{
    private readonly IDecoder _inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly List<Func<IDecoder, IDecoder>> _steps = [];

    /// <summary>Adds a decoder around those that are added after it: the first is outermost.</summary>
    /// <param name="step">Makes it around the one it is given.</param>
    public DecoderBuilder Use(Func<IDecoder, IDecoder> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _steps.Add(step);
        return this;
    }

    /// <summary>Adds a selection among whole answers.</summary>
    /// <param name="selection">The selection.</param>
    /// <exception cref="ArgumentException">A field of the selection is out of its range.</exception>
    public DecoderBuilder UseSelection(Selection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        selection.Validate();
        return Use(within => new SelectingDecoder(within, selection));
    }

    /// <summary>Makes the pipeline.</summary>
    /// <exception cref="InvalidOperationException">A step made no decoder.</exception>
    public IDecoder Build()
    {
        var built = _inner;
        for (var i = _steps.Count - 1; i >= 0; i--) built = _steps[i](built) ?? throw new InvalidOperationException($"step {i + 1} of the pipeline made no decoder");
        return built;
    }
}
