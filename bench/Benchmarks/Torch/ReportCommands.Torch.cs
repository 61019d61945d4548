using System.CommandLine;
using DecodeAlign.Torch;

namespace DecodeAlign.Benchmarks;

internal static partial class ReportCommands
{
    private static Command Torch()
    {
        var device = new Option<string>("--device") { Description = "cuda, cuda:1 or cpu.", DefaultValueFactory = _ => TorchEngines.Device };
        var shapes = new Option<string[]>("--shapes") { Description = "Shapes of random weights.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => ["SmolLM2-135M", "SmolLM2-1.7B"] };
        shapes.AcceptOnlyFromAmong("SmolLM2-135M", "SmolLM2-1.7B", "stories15M");
        var types = new Option<TorchDataType[]>("--dtypes") { Description = "How weights and KV cache are kept.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [TorchDataType.F32, TorchDataType.BF16] };
        var batches = new Option<int[]>("--batches") { Description = "Continuations.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1, 8, 32, 128] };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each measurement.", DefaultValueFactory = _ => 5 };
        var transformers = new Option<string?>("--transformers") { Description = "What bench/transformers/generate.py wrote on this machine, to be compared with." };
        var managed = new Option<bool>("--managed") { Description = "Measures the managed engine beside it, in turn, on all processors." };
        var result = new Option<string?>("--out") { Description = "Writes the run as JSON." };
        var command = new Command("torch", "Decoding and DeAL steps through TorchSharp on a device, beside the floor that its memory sets.") { device, shapes, types, batches, rounds, transformers, managed, result };
        command.SetAction(parsed =>
        {
            var others = parsed.GetValue(transformers) is { } path ? TorchReport.ReadTransformers(path) : new Dictionary<string, double>();
            var run = new TorchReport(parsed.GetValue(device)!, parsed.GetValue(rounds), others, parsed.GetValue(managed)).Run(parsed.GetValue(shapes)!, parsed.GetValue(types)!, parsed.GetValue(batches)!);
            if (parsed.GetValue(result) is { } written) run.Write(written);
        });
        return command;
    }
}
