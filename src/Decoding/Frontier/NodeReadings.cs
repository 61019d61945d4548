namespace DecodeAlign.Decoding;

/// <summary>What a search knows of the tokens after its nodes. All of it is a function of the node alone, since draws are keyed by the path: read once, it can be used again.</summary>
internal sealed class NodeReadings(TokenTree tree)
{
    private readonly NodeTable<Reading> _readings = new(tree);

    /// <summary>The candidates after a node; null: not read.</summary>
    public TokenLogProbability[]? Candidates(int node) => _readings.TryGet(node, out var reading) ? reading.Candidates : null;

    /// <summary>Entropy of the distribution after a node, in nats, where it was asked for with the candidates.</summary>
    public double Entropy(int node) => _readings.TryGet(node, out var reading) ? reading.Entropy : double.NaN;

    /// <summary>The token that a lookahead goes on with; −1: none is allowed; null: not read.</summary>
    public int? Next(int node) => _readings.TryGet(node, out var reading) ? reading.Next : null;

    public void SetCandidates(int node, TokenLogProbability[] candidates, double entropy) => _readings.Set(node, Of(node) with { Candidates = candidates, Entropy = entropy });

    public void SetNext(int node, int token) => _readings.Set(node, Of(node) with { Next = token });

    public void Forget(int node) => _readings.Set(node, default);

    private Reading Of(int node) => _readings.TryGet(node, out var reading) ? reading : default;

    private readonly record struct Reading(TokenLogProbability[]? Candidates, double Entropy, int? Next);
}
