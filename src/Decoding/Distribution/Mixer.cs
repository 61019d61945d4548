namespace DecodeAlign.Decoding;

/// <summary>The scores that tokens are chosen by, of what was read after a node: the model's log-probabilities, mixed with the guides' and changed by the request's processors.</summary>
internal sealed class Mixer(Guidance? guidance, IReadOnlyList<ILogitProcessor> processors)
{
    /// <exception cref="InvalidOperationException">A processor threw, or gave what is no log-probability.</exception>
    public double[] Mix(NextTokens next, GeneratedPath generated)
    {
        var scores = guidance is null ? [.. next.All] : Mix(next, guidance);
        if (processors.Count == 0) return scores;
        var path = generated.Read();
        foreach (var processor in processors) Process(processor, path, scores);
        return scores;
    }

    private static double[] Mix(NextTokens next, Guidance guidance)
    {
        var scores = new double[next.All.Length];
        var least = guidance.Plausibility > 0 ? Greatest(next) + Math.Log(guidance.Plausibility) : double.NegativeInfinity;
        for (var token = 0; token < scores.Length; token++)
        {
            var own = next.All[token];
            var score = own < least || double.IsNegativeInfinity(own) ? double.NegativeInfinity : guidance.BaseWeight * own;
            for (var i = 0; i < next.Guides.Length; i++)
            {
                var other = next.Guides[i][token];
                score = double.IsNegativeInfinity(other) ? double.NegativeInfinity : score + guidance.Guides[i].Weight * other;
            }
            scores[token] = score;
        }
        return scores;
    }

    private static double Greatest(NextTokens next)
    {
        var greatest = double.NegativeInfinity;
        for (var token = 0; token < next.All.Length; token++)
            if (next.Allowed is null || next.Allowed[token]) greatest = Math.Max(greatest, next.All[token]);
        return greatest;
    }

    private static void Process(ILogitProcessor processor, int[] generated, double[] scores)
    {
        try
        {
            processor.Process(generated, scores);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InvalidOperationException($"the logit processor '{processor.Name}' failed: {e.Message}", e);
        }
        var wrong = Array.FindIndex(scores, score => double.IsNaN(score) || double.IsPositiveInfinity(score));
        if (wrong >= 0) throw new InvalidOperationException($"the logit processor '{processor.Name}' gave token {wrong} the score {scores[wrong]}, which is no log-probability");
    }
}
