using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Remote;

/// <summary>
/// A language model that a server runs: llama.cpp's, SGLang or vLLM. The search stays here: masks, draws that need a whole distribution, ranking, the tree. What the server is and can do is found out by asking it when the
/// model is made; what a decoder needs beyond that is refused by name. Safe for concurrent calls.
/// </summary>
public sealed class RemoteModel : ILanguageModel
{
    private readonly ServerClient _client;
    private long _promptTokens;
    private long _cachedTokens;
    private long _writtenTokens;

    private RemoteModel(ServerClient client, Dialect dialect, RemoteServer server, ITokenizer tokenizer, IReadOnlyList<int> eosIds, RemoteModelOptions options)
    {
        (_client, Dialect, Server, Tokenizer, Options) = (client, dialect, server, tokenizer, options);
        var capabilities = ModelCapabilities.Masks;
        if (server.DrawsTellOwnLogProbability) capabilities |= ModelCapabilities.SampledContinuations;
        if (server.TellsWholeDistribution) capabilities |= ModelCapabilities.FullDistribution;
        if (server.TellsWholeDistribution || server.MostNamed > 0) capabilities |= ModelCapabilities.NamedTokens;
        Facts = new()
        {
            Name = server.Model,
            VocabularySize = tokenizer.VocabularySize,
            ContextLength = server.ContextLength,
            EosIds = [.. eosIds],
            TokenizerFingerprint = tokenizer.Fingerprint,
            Capabilities = capabilities,
            MostTop = server.TellsWholeDistribution ? int.MaxValue : server.MostTop,
            IsDistributionCostly = true,
            TellsLogits = false,
            Warnings = server.Irregularity > 0
                ? [FormattableString.Invariant($"the server answers one text differently from time to time, by up to {server.Irregularity:0.0000} nats: a search is consistent within itself, and another may differ where two texts rank closer than that")]
                : [],
        };
    }

    /// <inheritdoc/>
    public ModelFacts Facts { get; }

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; }

    /// <summary>What the server is and can do.</summary>
    public RemoteServer Server { get; }

    /// <summary>What it has been asked for so far.</summary>
    public RemoteStatistics Statistics
    {
        get
        {
            var (requests, retries, bytes) = _client.Sent;
            return new(requests, retries, Interlocked.Read(ref _promptTokens), Interlocked.Read(ref _cachedTokens), Interlocked.Read(ref _writtenTokens), bytes);
        }
    }

    internal Dialect Dialect { get; }

    internal RemoteModelOptions Options { get; }

    /// <summary>Asks a server what it is, and checks its tokenizer against a folder's.</summary>
    /// <param name="server">Where it is, such as <c>http://localhost:8080</c>; without user and password.</param>
    /// <param name="folder">A folder with the tokenizer of the model that it serves, as Hugging Face lays it out (<c>config.json</c> or <c>generation_config.json</c> names the ids that end a text), or a GGUF file.</param>
    /// <param name="options">How it is asked; null: the defaults.</param>
    /// <param name="tokenizerFormats">What is read as a tokenizer beside our own formats; null: nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The address or an option is out of its range.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no tokenizer.</exception>
    /// <exception cref="ModelFormatException">A file of the folder is malformed; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The server's tokenizer is another.</exception>
    /// <exception cref="NotSupportedException">The server is none of those that are known.</exception>
    /// <exception cref="RemoteServerException">The server can't be reached, or answers what can't be used.</exception>
    public static Task<RemoteModel> ConnectAsync(Uri server, string folder, RemoteModelOptions? options = null, IReadOnlyList<ITokenizerFormat>? tokenizerFormats = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Task.Run(
            async () =>
            {
                var tokenizer = TokenizerLoader.Load(folder, tokenizerFormats ?? []);
                return await ConnectAsync(server, tokenizer, EndOfSequence.Ids(folder, tokenizer), options, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    /// <summary>The same with a tokenizer that is there already.</summary>
    /// <param name="server">Where it is.</param>
    /// <param name="tokenizer">The tokenizer of the model that it serves.</param>
    /// <param name="eosIds">All ids that end a text.</param>
    /// <param name="options">How it is asked; null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The address or an option is out of its range.</exception>
    /// <exception cref="InvalidOperationException">The server's tokenizer is another.</exception>
    /// <exception cref="NotSupportedException">The server is none of those that are known.</exception>
    /// <exception cref="RemoteServerException">The server can't be reached, or answers what can't be used.</exception>
    public static async Task<RemoteModel> ConnectAsync(Uri server, ITokenizer tokenizer, IReadOnlyList<int> eosIds, RemoteModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(eosIds);
        options ??= new();
        options.Validate();
        var client = new ServerClient(server, options);
        try
        {
            var dialect = await ServerDetection.FindAsync(client, tokenizer.VocabularySize, options.Model, cancellationToken).ConfigureAwait(false);
            var found = await dialect.DescribeAsync(cancellationToken).ConfigureAwait(false);
            found = found with { Model = Name(found.Model), Version = Name(found.Version) };
            await TokenizerCheck.RunAsync(tokenizer, dialect, client.Address, cancellationToken).ConfigureAwait(false);
            found = await ServerProbe.RunAsync(found, dialect, tokenizer, options, cancellationToken).ConfigureAwait(false);
            return new(client, dialect, found, tokenizer, eosIds, options);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IModelSession> OpenAsync(TokenTree tree, int maxNodes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tree);
        cancellationToken.ThrowIfCancellationRequested();
        return new(new RemoteSession(this, tree));
    }

    /// <summary>Breaks off what is under way and closes the connections; a client that was given stays open.</summary>
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }

    // a server's own word for itself, of a length and of characters that can be shown
    private static string Name(string text) => string.Concat(text.Where(c => !char.IsControl(c)).Take(100));

    internal string? WhyNotDrawn(Distribution distribution) =>
        distribution.RepetitionPenalty != 1 || distribution.PresencePenalty != 0 || distribution.FrequencyPenalty != 0 ? "a server counts the prompt's tokens as repeated too: draw without penalties" : Dialect.WhyNotDrawn(distribution);

    internal void Count(ServerWork work)
    {
        Interlocked.Add(ref _promptTokens, work.PromptTokens);
        Interlocked.Add(ref _cachedTokens, work.CachedTokens);
        Interlocked.Add(ref _writtenTokens, work.WrittenTokens);
    }
}
