using System.Globalization;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>What a way of searching cost over all prompts.</summary>
internal sealed record WayCost(string Way, double Evaluations, double Passes, double Seconds, double Tokens, double Objective, double Reward, double LogProbability);

/// <summary>One model, reward, λ and beam: every way of searching, side by side.</summary>
/// <param name="Model">The model.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Deviations">λ times the standard deviation of the reward over base samples.</param>
/// <param name="Beam">The beam.</param>
/// <param name="Kind">What is compared.</param>
/// <param name="Ways">Their costs.</param>
internal sealed record SavingsCell(string Model, string Reward, double Deviations, int Beam, string Kind, WayCost[] Ways)
{
    /// <summary>Least evaluations that bounds allow a search which is told each step's winner; null: not counted.</summary>
    public double? Floor { get; init; }

    /// <summary>Of a cell that only says how λ is stated: the deviation, and the highest λ in deviations.</summary>
    public double[]? Scale { get; init; }

    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Model}|{Reward}|{Deviations}|{Beam}|{Kind}");

    /// <summary>The table, with its title, as Markdown; lines end with a line feed.</summary>
    public string Table()
    {
        var (naive, last) = (Ways[0], Ways[^1]);
        var table = new StringBuilder();
        Line($"### {Model}, {Reward}, λ = {Deviations:0.##}/σ, beam {Beam}, {(Kind == "same" ? "outputs identical" : "savings that may change the output")}\n");
        Line($"| search | evaluations a token | fewer | passes a token | fewer | time, {(Beam > 1 ? "beam search" : "greedy")} = 1 | c | h | log P |\n|---|---|---|---|---|---|---|---|---|");
        if (Floor is { } floor) Line($"| *told each winner* | {floor / naive.Tokens:0.0} | {naive.Evaluations / floor:0.0}× | | | | | | |");
        foreach (var way in Ways)
            Line($"| {way.Way} | {way.Evaluations / way.Tokens:0.0} | {naive.Evaluations / naive.Tokens / (way.Evaluations / way.Tokens):0.0}× | {way.Passes / way.Tokens:0.00} | {naive.Passes / naive.Tokens / (way.Passes / way.Tokens):0.0}× | {way.Seconds / way.Tokens / (last.Seconds / last.Tokens):0.0} | {way.Objective:0.00} | {way.Reward:0.000} | {way.LogProbability:0.0} |");
        return table.ToString();

        void Line(FormattableString line) => table.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}

/// <summary>A way of searching.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Change">What it changes of DeAL.</param>
/// <param name="Draft">Whether lookaheads are rolled out by the draft.</param>
internal sealed record Way(string Name, Func<DecodingRequest, DecodingRequest> Change, bool Draft = false)
{
    /// <summary>Whether it finishes every lookahead.</summary>
    public bool IsNaive => Name == Naive.Name;

    private static Way Naive { get; } = new("naive, batched", o => o with { Savings = SavingsOptions.None });

    public static Way[] Same(int beam, bool all) => beam > 1
        ?
        [
            Naive, Only("reuse", new() { Pipeline = 0, Prune = false, Shorten = false, Finish = false }),
            Only("prune", SavingsOptions.None with { Prune = true }), .. ((int?[])[0, 2, 4, 8, null]).Select(All), new($"beam search {beam}", o => o with { Decoder = Decoders.Beam(beam) }),
        ]
        :
        [
            Naive, Only("reuse", SavingsOptions.None with { Reuse = true }), Only("prune", SavingsOptions.None with { Prune = true }),
            .. all ? (Way[])[Only("shorten", SavingsOptions.None with { Shorten = true }), Only("finish", SavingsOptions.None with { Finish = true })] : [],
            Only("pipeline, W 8", SavingsOptions.None with { Pipeline = 8 }), .. (all ? (int?[])[0, 1, 2, 4, 6, 8, null] : [0, 4, 8, null]).Select(All), new("greedy", o => o with { Decoder = Decoders.Greedy }),
        ];

    public static Way[] Paced(int beam) => [.. ((int?[])[0, 1, 2, 4, 8, null]).Select(All), Same(beam, all: false)[^1]];

    public static Way[] Changing { get; } =
    [
        All(0),
        .. ((int[])[2, 4, 8]).Select(length => new Way($"segments of {length}", o => Unpiped(o, o.Decoder with { Proposal = o.Decoder.Proposal.AtIntervals(length) }))),
        .. ((double[])[1, 2, 3]).Select(entropy => new Way(string.Create(CultureInfo.InvariantCulture, $"entropy ≥ {entropy}"), o => Unpiped(o, o.Decoder with { Proposal = o.Decoder.Proposal.WhereUncertain(entropy) }))),
        new("halving", o => o with { Decoder = o.Decoder with { Rank = o.Decoder.Rank with { Lookahead = o.Decoder.Rank.Lookahead with { Halve = true } } } }),
        new("draft: its own weights in 8 bits", o => o with { Savings = SavingsOptions.All with { Pipeline = 0 } }, Draft: true),
        new("greedy", o => o with { Decoder = Decoders.Greedy }),
    ];

    public static Way All(int? pipeline) => new(pipeline is { } given ? $"all, W {given}" : "all, W as it pays", o => o with { Savings = SavingsOptions.All with { Pipeline = pipeline } });

    private static DecodingRequest Unpiped(DecodingRequest request, DecoderParts decoder) => request with { Decoder = decoder, Savings = SavingsOptions.All with { Pipeline = 0 } };

    private static Way Only(string name, SavingsOptions savings) => new($"{name} alone", o => o with { Savings = savings });
}
