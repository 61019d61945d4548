using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>What descriptions can say that this engine does not compute.</summary>
internal static class Unsupported
{
    /// <exception cref="NotSupportedException">The model needs it; the message names it.</exception>
    public static void Refuse(TransformerDescription d)
    {
        foreach (var (needed, name) in ((bool, string)[])[
            (d.Norms != NormPlacement.Before, "norms after attention and feed-forward"), (d.Activation == ActivationKind.GeluTanhGated, "GELU gates"), (d.ParallelResidual, "parallel residuals"),
            (d.QueryKeyNormWhole, "query and key norms over all heads"), (d.LayersWithoutWindow.Count > 0 || d.WindowRope is not null, "windows on some layers only"),
            (d.EmbeddingScale != 1 || d.ScoreScale > 0 || d.ResidualScale != 1 || d.LogitScale != 1, "scaled embeddings, scores, residuals or logits"), (d.ScoreCap > 0 || d.LogitCap > 0, "capped scores or logits"),
            (d.Rope is { TurnedSize: > 0 } or { Magnitude: not 1 }, "rotary positions of part of a head, or scaled ones")])
            if (needed) throw new NotSupportedException($"{d.Architecture}: the TorchSharp engine does not compute {name}; the managed engine does (leave out --device)");
    }
}
