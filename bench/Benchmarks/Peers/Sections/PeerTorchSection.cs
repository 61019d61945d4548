using System.Globalization;
using DecodeAlign.Cpu;
using DecodeAlign.Torch;

namespace DecodeAlign.Benchmarks;

/// <summary>Decoding on the processor through TorchSharp, by the engine that this project has for it.</summary>
internal static class PeerTorchSection
{
    private const int Prompt = 128;
    private const int Depth = 16;
    private static readonly int[] Batches = [1, 8, 32];

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        var cells = (from shape in PeersReport.Shapes
                     from type in (TorchDataType[])[TorchDataType.F32, TorchDataType.BF16]
                     from batch in Batches
                     let cell = (Name: $"torch/decode/{shape}/{type}/{batch}", Shape: shape, Type: type, Batch: batch)
                     where report.Wants(cell.Name)
                     select cell).ToArray();
        if (cells.Length == 0) yield break;
        if (Missing() is { } why)
        {
            Console.WriteLine($"\nTorchSharp is left out: {why.Trim()}\nIt needs -p:Torch=cpu, and a system that its native part runs on.");
            yield break;
        }
        TorchSharp.torch.set_num_threads(report.Threads);
        Console.WriteLine($"\n| decoding | tokens/s | TorchSharp | ours ÷ TorchSharp | quartiles | best ÷ best | |\n|---|---|---|---|---|---|---|");
        foreach (var group in cells.GroupBy(cell => (cell.Shape, cell.Type)))
        {
            using var ours = Shapes.Load(group.Key.Shape, group.Key.Type == TorchDataType.F32 ? WeightFormat.F32 : WeightFormat.BF16, report.Threads);
            using var theirs = TorchEngines.Load(group.Key.Shape, group.Key.Type, "cpu");
            foreach (var cell in group)
            {
                using var here = new EngineCase(ours, Prompt, cell.Batch, Depth);
                using var there = new EngineCase(theirs, Prompt, cell.Batch, Depth);
                var contest = new Contest(cell.Name, cell.Batch, here.Decode, cell.Batch, there.Decode) { IsPeer = true };
                contest.WarmUp();
                for (var round = 0; round < report.Rounds; round++) contest.Round(150);
                var result = contest.Result();
                PeerContest.Print(result);
                yield return result;
            }
        }
    }

    private static string? Missing()
    {
        try
        {
            using var engine = TorchEngines.Load(Shapes.HostSide, TorchDataType.F32, "cpu");
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return exception.Message;
        }
    }
}
