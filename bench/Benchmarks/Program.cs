using BenchmarkDotNet.Running;
using DecodeAlign.Benchmarks;

var reports = ReportCommands.Root();
if (args.Length > 0 && reports.Subcommands.Any(command => command.Name == args[0])) return await reports.Parse(args).InvokeAsync();
var summaries = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, BenchmarkConfiguration.Create(args)).ToList();
var failed = summaries.Sum(summary => summary.BenchmarksCases.Length - summary.Reports.Count(report => report.Success && report.ResultStatistics is not null));
if (failed > 0) Console.Error.WriteLine($"{failed} of {summaries.Sum(summary => summary.BenchmarksCases.Length)} benchmarks have no result");
return failed > 0 || summaries.Any(summary => summary.HasCriticalValidationErrors) ? 1 : 0;
