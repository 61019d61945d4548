namespace DecodeAlign.Benchmarks;

/// <summary>Ours beside other engines for .NET on the same weights, all of one run.</summary>
/// <param name="threads">Threads of each.</param>
/// <param name="rounds">Rounds in which they take turns.</param>
/// <param name="cells">Parts of names: only figures whose name has one of them are measured; none: all.</param>
internal sealed class PeersReport(int threads, int rounds, IReadOnlyList<string> cells)
{
    public static readonly string[] Shapes = ["stories15M", "SmolLM2-135M"];

    /// <summary>A shape for decoding and loading alone, in few bits.</summary>
    public const string Large = "SmolLM2-1.7B";

    private readonly List<string> _void = [];

    /// <summary>The sections by name, in order.</summary>
    public static IReadOnlyDictionary<string, Func<PeersReport, IEnumerable<ContestResult>>> Sections { get; } = new Dictionary<string, Func<PeersReport, IEnumerable<ContestResult>>>
    {
        ["decode"] = PeerDecodeSection.Run,
        ["prefill"] = PeerPrefillSection.Run,
        ["constrained"] = PeerConstrainedSection.Run,
        ["beam"] = PeerBeamSection.Run,
        ["deal"] = PeerDealSection.Run,
        ["load"] = PeerLoadSection.Run,
        ["torch"] = PeerTorchSection.Run,
    };

    public int Threads => threads;

    public int Rounds => rounds;

    /// <summary>Comparisons that say nothing, since the engines computed different things.</summary>
    public IReadOnlyList<string> Void => _void;

    public bool Wants(string name) => cells.Count == 0 || cells.Any(cell => name.Contains(cell, StringComparison.OrdinalIgnoreCase));

    /// <summary>Notes that a comparison is void.</summary>
    public void MakeVoid(string name, string why)
    {
        _void.Add(name);
        Console.WriteLine($"| {name} | VOID: {why} | | | | | |");
    }

    /// <summary>Prints the sections as they are measured.</summary>
    public BenchmarkRun Run(IEnumerable<string> sections)
    {
        var machine = MachineDescription.Here();
        Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.Memory}; {machine.System}; {machine.Runtime}, vectors of {machine.Vectors}; LLamaSharp {PeerPackages.Version("LLamaSharp")}, TorchSharp {PeerPackages.Version("TorchSharp")}; {threads} threads, {rounds} rounds");
        var others = new OtherPrograms();
        var results = new List<ContestResult>();
        foreach (var section in sections)
        {
            var (started, meanwhile) = (System.Diagnostics.Stopwatch.GetTimestamp(), new OtherPrograms());
            results.AddRange(Sections[section](this));
            Console.WriteLine(FormattableString.Invariant($"\n({section}: {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; other programs took {meanwhile.Share():0 %} of the processors)"));
        }
        return new() { Machine = machine, Results = results, OthersShare = others.Share() };
    }
}
