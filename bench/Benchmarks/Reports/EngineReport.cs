namespace DecodeAlign.Benchmarks;

/// <summary>The engine's figures beside the machine's ceilings and their baselines, all of one run.</summary>
/// <param name="threads">Threads of ours and of the baselines.</param>
/// <param name="rounds">Rounds in which they take turns.</param>
/// <param name="cells">Parts of names: only figures whose name has one of them are measured; none: all.</param>
internal sealed class EngineReport(int threads, int rounds, IReadOnlyList<string> cells)
{
    private readonly Dictionary<string, double> _ceilings = [];

    /// <summary>The sections by name, in order.</summary>
    public static IReadOnlyDictionary<string, Func<EngineReport, IEnumerable<ContestResult>>> Sections { get; } = new Dictionary<string, Func<EngineReport, IEnumerable<ContestResult>>>
    {
        ["decode"] = DecodeSection.Run,
        ["context"] = ContextSection.Run,
        ["prefill"] = PrefillSection.Run,
        ["deal"] = DealSection.Run,
        ["heuristics"] = HeuristicsSection.Run,
        ["contention"] = ContentionSection.Run,
        ["memory"] = MemorySection.Run,
        ["load"] = LoadSection.Run,
    };

    public int Threads => threads;

    public int Rounds => rounds;

    /// <summary>Whether a figure is to be measured.</summary>
    public bool Wants(string name) => cells.Count == 0 || cells.Any(cell => name.Contains(cell, StringComparison.OrdinalIgnoreCase));

    /// <summary>Prints the sections as they are measured.</summary>
    public BenchmarkRun Run(IEnumerable<string> sections)
    {
        var machine = MachineDescription.Here();
        Console.WriteLine($"{machine.Processor}, {machine.Cores} cores, {machine.Memory}; {machine.System}; {machine.Runtime}, vectors of {machine.Vectors}; {threads} threads, {rounds} rounds");
        var results = sections.SelectMany(section => Sections[section](this)).ToList();
        return new() { Machine = machine, Ceilings = _ceilings, Results = results };
    }

    public void Keep(CeilingRounds ceilings)
    {
        Console.WriteLine($"\nCeilings meanwhile: {ceilings}");
        foreach (var (name, value) in ceilings.ByName()) _ceilings[name] = Math.Max(value, _ceilings.GetValueOrDefault(name));
    }
}
