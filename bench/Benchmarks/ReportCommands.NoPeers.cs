using System.CommandLine;

namespace DecodeAlign.Benchmarks;

internal static partial class ReportCommands
{
    private static Command Peers()
    {
        var command = new Command("peers", "Ours beside LLamaSharp and TorchSharp on the same weights, where the build brings them.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ =>
        {
            Console.Error.WriteLine("peers: this build has no LLamaSharp, whose native part is 150 MB. Run it with -p:Peers=llamacpp, and -p:Torch=cpu beside it for TorchSharp:\n  dotnet run -c Release --project bench/Benchmarks -p:Peers=llamacpp -- peers");
            return 1;
        });
        return command;
    }

    private static Command PeersProbe() => new("peers-probe") { Hidden = true };
}
