using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Remote;

/// <summary>A reward that a server computes: vLLM's or SGLang's. It reads texts, so that any tokenizer will do; each text is asked about once for a search, all of a step in one request. Safe for concurrent searches.</summary>
public sealed class RemoteReward : IHeuristic, IDisposable
{
    private readonly ServerClient _client;
    private readonly RemoteRewardOptions _options;

    /// <summary>Makes the reward; nothing is asked yet.</summary>
    /// <param name="server">Where the server is.</param>
    /// <param name="options">How it is asked; null: the defaults.</param>
    /// <exception cref="ArgumentException">The address or an option is out of its range.</exception>
    public RemoteReward(Uri server, RemoteRewardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        _options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Output, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(_options.Name, nameof(options));
        _options.Server.Validate();
        _client = new(server, _options.Server);
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(new Session(this, context));
    }

    /// <summary>Breaks off what is under way and closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task<double[]> AskAsync(object search, string prompt, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var model = _options.Model.Length > 0 ? _options.Model : null;
        string[] whole = [.. texts.Select(text => _options.Layout(prompt, text))];
        var (path, request) = _options.Endpoint switch
        {
            RewardEndpoint.Score => ("score", new RewardRequest(model) { Text1 = prompt, Text2 = [.. texts] }),
            RewardEndpoint.Pooling => ("pooling", new RewardRequest(model) { Input = whole }),
            // SGLang reads text, vLLM input; each passes over the other
            _ => ("classify", new RewardRequest(model) { Input = whole, Text = whole }),
        };
        return await _client.PostAsync(search, path, request, RewardJson.Default.RewardRequest, json => RewardAnswer.Read(json, texts.Count, _options.Output), cancellationToken).ConfigureAwait(false);
    }

    private double Checked(double value) =>
        value >= _options.Bounds.Least && value <= _options.Bounds.Greatest ? value : throw new HeuristicException(Name, FormattableString.Invariant($"it returned {value}, which is not in [{_options.Bounds.Least}, {_options.Bounds.Greatest}]"));

    private sealed class Session(RemoteReward reward, GenerationContext context) : IHeuristicSession
    {
        private readonly Dictionary<string, double> _known = new(StringComparer.Ordinal);

        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            string[] texts = [.. requests.ToArray().Select(request => context.Text(request.Node))];
            string[] unknown = [.. texts.Where(text => !_known.ContainsKey(text)).Distinct(StringComparer.Ordinal)];
            if (unknown.Length > 0)
            {
                var told = await reward.AskAsync(this, context.Prompt, unknown, cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < unknown.Length; i++) _known[unknown[i]] = reward.Checked(told[i]);
            }
            for (var i = 0; i < texts.Length; i++) values.Span[i] = _known[texts[i]];
        }

        public HeuristicBounds Bounds(int node, int tokensLeft) => reward._options.Bounds;

        public void Dispose()
        {
        }
    }
}
