using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Cli;

/// <summary>A conversation with a model: what was said, and how answers are searched for. One caller at a time.</summary>
internal sealed class Conversation(IServiceProvider services, string decoder)
{
    private readonly List<ChatMessage> _messages = [];

    /// <summary>The decoders that can be chosen; <c>rps</c> is had by preferring objectives.</summary>
    public static IReadOnlyList<string> Decoders { get; } = [.. DecoderCatalogue.All.Select(entry => entry.Name).Where(name => name != "rps")];

    public string? System { get; init; }

    public int MaxTokens { get; init; }

    public ulong Seed { get; init; }

    public string Decoder { get; set; } = decoder;

    /// <summary>Settings of the decoder, by the catalogue's names.</summary>
    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Specifications of what must hold.</summary>
    public List<string> Requirements { get; } = [];

    /// <summary>Specifications of what is preferred.</summary>
    public List<string> Wishes { get; } = [];

    /// <summary>The preference among objectives; null: none.</summary>
    public string? Preference { get; set; }

    /// <summary>The trace of the last answer; null: there is none.</summary>
    public TraceRecorder? Trace { get; private set; }

    /// <summary>What came of the last search; null: there is none.</summary>
    public DecodingResult? Result { get; private set; }

    public int Length => _messages.Count;

    public ITokenizer Tokenizer => services.GetRequiredService<HostedModel>().Tokenizer;

    /// <summary>Forgets what was said.</summary>
    public void Reset()
    {
        _messages.Clear();
        (Trace, Result) = (null, null);
    }

    /// <summary>Says something, and gives the answer's pieces. Where it fails, nothing was said.</summary>
    public async IAsyncEnumerable<string> SayAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var recorder = new TraceRecorder();
        List<ChatMessage> said = [.. _messages, new(ChatRole.User, text)];
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in services.GetRequiredKeyedService<IChatClient>(Decoder).GetStreamingResponseAsync(said, Options(recorder), cancellationToken).ConfigureAwait(false))
        {
            updates.Add(update);
            if (update.Text.Length > 0) yield return update.Text;
        }
        _messages.Clear();
        _messages.AddRange([.. said, .. updates.ToChatResponse().Messages]);
        (Trace, Result) = (recorder, updates[^1].RawRepresentation as DecodingResult);
    }

    private ChatOptions Options(TraceRecorder recorder)
    {
        var properties = new AdditionalPropertiesDictionary { [ChatOptionKeys.Trace] = recorder };
        foreach (var (name, value) in Settings) properties[ChatOptionKeys.Setting(name)] = value;
        if (Requirements.Count > 0) properties[ChatOptionKeys.Constraints] = Requirements.ToArray();
        if (Wishes.Count > 0) properties[ChatOptionKeys.Heuristics] = Wishes.ToArray();
        if (Preference is { } preference) properties[ChatOptionKeys.Preference] = preference;
        return new() { Instructions = System, MaxOutputTokens = MaxTokens, Seed = unchecked((long)Seed), AdditionalProperties = properties };
    }
}
