using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>The whole forward pass in processes that may not use this machine's wider instructions: what a lesser machine computes.</summary>
public class HiddenInstructionSetsTests
{
    private const string BitsFile = "DECODEALIGN_BITS_FILE";

    [Fact]
    public async Task Forward_InstructionSetsHidden_GivesTheBitsOfThisProcess()
    {
        var bits = $"{PanelKernels.Best.Name} {Bits()}";
        if (Environment.GetEnvironmentVariable(BitsFile) is { } file)
        {
            // the process that the other half of this test has started
            await File.WriteAllTextAsync(file, bits, TestContext.Current.CancellationToken);
            return;
        }
        var kernels = new List<string>();
        foreach (var hidden in new[] { "EnableAVX512", "EnableAVX2", "EnableHWIntrinsic" })
        {
            var found = (await BitsWithout(hidden)).Split(' ');
            Assert.Equal(bits.Split(' ')[1], found[1]);
            kernels.Add(found[0]);
        }
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return;
        Assert.NotEqual("Vector512", kernels[0]);
        Assert.Equal("scalar", kernels[2]);
    }

    private static string Bits()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (description, biases) in new[] { Descriptions.Variants["llama"], Descriptions.Variants["gpt2"], Descriptions.Variants["heads of 80, whole panels"] })
            foreach (var (format, kvFormat) in new[] { (WeightFormat.F32, KvFormat.F32), (WeightFormat.BF16, KvFormat.BF16), (WeightFormat.Q8, KvFormat.F32), (WeightFormat.Q4, KvFormat.F32), (WeightFormat.F32, KvFormat.BF16), (WeightFormat.BF16, KvFormat.F32) })
            {
                using var engine = Engines.Load(new RandomWeights(description, 1, biases), format: format, kvFormat: kvFormat);
                var tree = new TokenTree();
                using var session = engine.Open(tree, 100);
                var node = tree.AddRoot([.. Enumerable.Range(0, 20).Select(i => i * 7 % 101)]);
                var nodes = Enumerable.Range(0, 27).Select(i => tree.Append(node, i)).Append(node).ToArray();
                foreach (var row in engine.Evaluate(session, nodes)) hash.AppendData(MemoryMarshal.AsBytes<double>(row));
            }
        using var folder = new TempFolder();
        foreach (var (type, format) in new[] { ("Q4_K", WeightFormat.Q4), ("Q4_1", WeightFormat.Q4), ("Q5_1", WeightFormat.Q8) })
        {
            using var weights = ExportedWeights.Open(folder, type);
            using var engine = Engines.Load(weights, format: format);
            foreach (var row in engine.EvaluateAll([.. Enumerable.Range(0, 9)])) hash.AppendData(MemoryMarshal.AsBytes<double>(row));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task<string> BitsWithout(string hidden)
    {
        var file = Path.GetTempFileName();
        try
        {
            var assembly = typeof(HiddenInstructionSetsTests).Assembly.Location;
            var start = new ProcessStartInfo("dotnet", ["exec", assembly, "-class", typeof(HiddenInstructionSetsTests).FullName!]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment[$"DOTNET_{hidden}"] = "0";
            start.Environment[BitsFile] = file;
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            var bits = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0 && bits.Length > 0, await output + await errors);
            return bits;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
