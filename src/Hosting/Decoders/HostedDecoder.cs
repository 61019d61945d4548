using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>
/// A named decoder of the container: a model and a preset, with the heuristics and constraints that its options name, and what <see cref="DecodeAlignBuilder.WrapDecoder"/> put around it. Requests wait until the model
/// is loaded, share its passes, and are measured and logged. Safe for concurrent calls.
/// </summary>
public sealed class HostedDecoder : DelegatingDecoder
{
    private readonly DecodingRequest _preset;

    internal HostedDecoder(string name, HostedModel model, DecodingRequest preset, PreferenceSettings? preferences, IDecoder completion, IDecoder chat)
        : base(completion) => (Name, Model, Preferences, _preset, Chat) = (name, model, preferences, preset, chat);

    /// <summary>The name that options and keyed services call it by.</summary>
    public string Name { get; }

    /// <summary>Its model.</summary>
    public HostedModel Model { get; }

    /// <summary>How its model is told of a preference; null: it can't be.</summary>
    internal PreferenceSettings? Preferences { get; }

    /// <summary>The same, measured as chat.</summary>
    internal IDecoder Chat { get; }

    /// <summary>A request with the preset's options, heuristics and constraints, to be changed by <c>with</c>.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    public DecodingRequest CreateRequest(string prompt) => _preset with { Prompt = prompt };

    /// <summary>Generates one text as the preset says.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    /// <exception cref="InvalidOperationException">The model could not be loaded. For all else see <see cref="IDecoder.GenerateAsync"/>.</exception>
    public Task<DecodingResult> GenerateAsync(string prompt, CancellationToken cancellationToken = default) => GenerateAsync(CreateRequest(prompt), cancellationToken);

    /// <summary>As <see cref="DelegatingDecoder.StreamAsync"/>, as the preset says.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    public IAsyncEnumerable<DecodingUpdate> StreamAsync(string prompt, CancellationToken cancellationToken = default) => StreamAsync(CreateRequest(prompt), cancellationToken);
}
