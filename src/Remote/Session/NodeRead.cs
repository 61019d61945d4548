using DecodeAlign.Decoding;

namespace DecodeAlign.Remote;

/// <summary>One request to read at a node, and what is still unknown for it.</summary>
internal sealed class NodeRead(EvaluationRequest request, int[] path, RememberedNode node)
{
    public EvaluationRequest Request => request;

    public int[] Path => path;

    public RememberedNode Node => node;

    /// <summary>Most top tokens that were asked for so far.</summary>
    public int AskedTop { get; set; } = node.TopCount;

    public bool NeedsAll => !node.IsWhole && (request.LogProbabilities.Length > 0 || request.AllowedLogProbability.Length > 0);

    public bool NeedsTop => request.Top.Length > 0 && !node.ReadTop(request.Allowed, request.Top.Span);

    /// <summary>Named ids that are not known.</summary>
    public int[] Unknown => [.. request.Named.ToArray().Where(id => double.IsNaN(node.LogProbability(id))).Distinct()];

    public void Answer()
    {
        if (request.Top.Length > 0) node.ReadTop(request.Allowed, request.Top.Span);
        for (var i = 0; i < request.Named.Length; i++) request.NamedLogProbabilities.Span[i] = node.LogProbability(request.Named.Span[i]);
        if (request.LogProbabilities.Length > 0) node.CopyAll(request.LogProbabilities.Span);
        if (request.AllowedLogProbability.Length > 0) request.AllowedLogProbability.Span[0] = node.LogSum(request.Allowed);
    }
}
