namespace DecodeAlign.Decoding;

/// <summary>
/// What a search knows of the tokens after its nodes. All of it is a function of the node and, where copies of one text are told apart, of the lineage, since draws are keyed by both: read once, it can be
/// used again.
/// </summary>
internal sealed class NodeReadings(TokenTree tree)
{
    private readonly NodeTable<Reading> _readings = new(tree);

    /// <summary>Whether the candidates after a node have been read.</summary>
    public bool HasCandidates(int node, ulong lineage = 0)
    {
        if (!_readings.TryGet(node, out var reading)) return false;
        return lineage == 0 ? reading.Candidates is not null || reading.Top is not null : reading.Copies?.ContainsKey(lineage) == true;
    }

    /// <summary>The candidates after a node; null: not read.</summary>
    public ProposedToken[]? Candidates(int node, ulong lineage = 0)
    {
        if (!_readings.TryGet(node, out var reading)) return null;
        if (lineage == 0)
        {
            if (reading is { Candidates: null, Top: { } top }) _readings.Set(node, reading = reading with { Candidates = TokenChooser.MostLikely(top, top.Length), Top = null });
            return reading.Candidates;
        }
        return reading.Copies is { } copies && copies.TryGetValue(lineage, out var own) ? own : null;
    }

    /// <summary>Entropy of the distribution after a node, in nats, where it was asked for with the candidates.</summary>
    public double Entropy(int node) => _readings.TryGet(node, out var reading) ? reading.Entropy : double.NaN;

    /// <summary>What the constraints' mask did to it, where its candidates were read; null: nothing was forbidden.</summary>
    public MaskReading? Mask(int node) => _readings.TryGet(node, out var reading) ? reading.Mask : null;

    /// <summary>The same before each token of a path below a node.</summary>
    public MaskReading?[] Masks(int ancestor, int node)
    {
        var masks = new List<MaskReading?>();
        while (node != ancestor) masks.Add(Mask(node = tree.Parent(node)));
        masks.Reverse();
        return [.. masks];
    }

    /// <summary>The token that a lookahead goes on with; −1: none is allowed; null: not read.</summary>
    public int? Next(int node) => _readings.TryGet(node, out var reading) ? reading.Next : null;

    /// <summary>log of the greatest probability after a node of what leads on to something missing, where a lookahead asked for it; −∞: of nothing.</summary>
    public double Foreseen(int node) => _readings.TryGet(node, out var reading) && reading.Next is not null ? reading.Foreseen : double.NegativeInfinity;

    /// <summary>Whether what the model continues the node with by itself is forbidden there.</summary>
    public bool IsBarred(int node) => _readings.TryGet(node, out var reading) && reading.IsBarred;

    public void SetCandidates(int node, ulong lineage, ProposedToken[] candidates, double entropy, MaskReading? mask)
    {
        var reading = Of(node) with { Entropy = entropy, Mask = mask };
        if (lineage == 0) reading = reading with { Candidates = candidates };
        else (reading = reading with { Copies = reading.Copies ?? [] }).Copies![lineage] = candidates;
        _readings.Set(node, reading);
    }

    /// <summary>Sets the candidates to the most likely tokens. Few nodes of lookaheads are ever expanded: they become candidates when they are asked for.</summary>
    public void SetCandidates(int node, TokenLogProbability[] top, MaskReading? mask) => _readings.Set(node, Of(node) with { Top = top, Candidates = null, Entropy = double.NaN, Mask = mask });

    public void SetNext(int node, int token, double foreseen = double.NegativeInfinity) => _readings.Set(node, Of(node) with { Next = token, Foreseen = foreseen });

    public void SetBarred(int node) => _readings.Set(node, Of(node) with { IsBarred = true });

    public void Forget(int node) => _readings.Set(node, default);

    private Reading Of(int node) => _readings.TryGet(node, out var reading) ? reading : default;

    private readonly record struct Reading(ProposedToken[]? Candidates, TokenLogProbability[]? Top, Dictionary<ulong, ProposedToken[]>? Copies, double Entropy, MaskReading? Mask, int? Next, double Foreseen, bool IsBarred);
}
