using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>
/// A named decoder of the container: a model and a preset, with the heuristics and constraints that its options name, and what <see cref="DecodeAlignBuilder.WrapDecoder"/> put around it. Requests wait until the model
/// is loaded, share its passes, and are measured and logged. Safe for concurrent calls.
/// </summary>
public sealed class HostedDecoder : DelegatingDecoder
{
    private readonly DecodingRequest _request;
    private readonly Lazy<PreferenceSettings?> _preferences;

    internal HostedDecoder(string name, HostedModel model, DecoderPreset preset, DecodingRequest request, Lazy<PreferenceSettings?> preferences, IDecoder completion, IDecoder chat)
        : base(completion) => (Name, Model, Preset, _request, _preferences, Chat) = (name, model, preset, request, preferences, chat);

    /// <summary>The name that options and keyed services call it by.</summary>
    public string Name { get; }

    /// <summary>Its model.</summary>
    public HostedModel Model { get; }

    /// <summary>How its model is told of a preference where nothing else is said; null: nothing is known of it.</summary>
    internal PreferenceSettings? Preferences => _preferences.Value;

    /// <summary>The decoder and the settings that its options name, and its request before a preference chooses.</summary>
    internal DecoderPreset Preset { get; }

    /// <summary>The same, measured as chat.</summary>
    internal IDecoder Chat { get; }

    /// <summary>A request with the preset's options, heuristics and constraints, to be changed by <c>with</c>.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    public DecodingRequest CreateRequest(string prompt) => _request with { Prompt = prompt };

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
