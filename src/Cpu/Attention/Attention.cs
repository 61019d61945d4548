namespace DecodeAlign.Cpu;

/// <summary>
/// Attention of some query heads of one KV head, for a few rows. What the rows' paths share is read once for all of them: work goes run by run,
/// not row by row. Every number depends on the row's own path alone, summed in an order that its positions fix; so parts of the positions may be
/// scored, and parts of the values' width mixed, wherever there is a member to do it.
/// </summary>
internal static unsafe class Attention
{
    /// <summary>Most rows of one item.</summary>
    public const int TileRows = 4;

    /// <summary>Most query heads of one item.</summary>
    public const int TileHeads = 8;

    /// <summary>Positions from which on keys and values are fetched ahead (pages lie apart, so the hardware does not foresee them; a short cache is near anyway), and few rows are worth sharing out in parts.</summary>
    public const int LongPath = 512;

    /// <summary>Writes the output of every head of every row.</summary>
    public static void Run(in AttentionInput input, in ScoreRows scores, float* accumulators)
    {
        Score(input, scores, 0, 1);
        for (var row = 0; row < input.Rows.Length; row++)
            for (var head = 0; head < input.HeadCount; head++) scores.Softmax(row, head, input.Rows[row].Positions, input.ScoreCap);
        Mix(input, scores, accumulators, 0, input.Layout.ValueWidth);
    }

    /// <summary>The first of three steps that together are <see cref="Run"/>: scores of a part of the positions. The second is <see cref="ScoreRows.Softmax"/>.</summary>
    public static void Score(in AttentionInput input, in ScoreRows scores, int part, int parts)
    {
        if (input.Layout.Format == KvFormat.F32) new AttentionPass<F32Number>(input, scores).Score(part, parts);
        else new AttentionPass<Bf16Number>(input, scores).Score(part, parts);
    }

    /// <summary>The third step: the outputs' floats from one to another, multiples of 16.</summary>
    public static void Mix(in AttentionInput input, in ScoreRows scores, float* accumulators, int first, int end)
    {
        if (input.Layout.Format == KvFormat.F32) new AttentionPass<F32Number>(input, scores).Mix(accumulators, first, end);
        else new AttentionPass<Bf16Number>(input, scores).Mix(accumulators, first, end);
    }
}
