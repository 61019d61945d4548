using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace DecodeAlign.Benchmarks;

/// <summary>How BenchmarkDotNet runs here: every call is one sample, so that percentiles are latencies.</summary>
internal static class BenchmarkConfiguration
{
    /// <param name="args">The command line: a job that it names (<c>--job short</c>) says how often, and runs in process too.</param>
    public static IConfig Create(string[] args)
    {
        // in process: a model is loaded once for each case, and nothing is built while it runs
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithInvocationCount(1).WithUnrollFactor(1)
            // a collection between calls would let threads fall asleep and caches cool: what is timed is one of many passes in a row
            .WithGcForce(false);
        if (!args.Any(argument => argument is "-j" or "--job" || argument.StartsWith("--job=", StringComparison.Ordinal))) job = job.WithWarmupCount(3).WithIterationCount(60);
        return DefaultConfig.Instance
            // changes the jobs there are; as one of its own it would stand beside the one that the command line names
            .AddJob(job.AsMutator())
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(StatisticColumn.Min, StatisticColumn.Median, StatisticColumn.P95, new PercentileColumn(99))
            .AddExporter(JsonExporter.Brief);
    }
}
