using System.Diagnostics;
using System.Runtime.InteropServices;
using DecodeAlign.Cli;

namespace DecodeAlign.Launcher;

/// <summary><c>decodealign</c> of a native release for x64: hands over to the build beside it that has the best kernels for the processor.</summary>
internal static partial class Program
{
    private static int Main(string[] args)
    {
        if (InstructionLevel.OfProcessor() is { } best && NativeBuilds.Find(AppContext.BaseDirectory, best) is { } build)
        {
            if (OperatingSystem.IsWindows()) return Run(build, args);
            // returns only where it fails
            _ = Execute(build, [build, .. args, null]);
            return Fail($"{build} can't be started: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        return Fail($"{AppContext.BaseDirectory} holds no build of decodealign for this processor: unpack the whole release");
    }

    private static int Fail(string reason)
    {
        Console.Error.WriteLine($"error: {reason}");
        return 1;
    }

    // Windows knows no process that takes another's place
    private static int Run(string build, string[] args)
    {
        // an interrupt reaches both; it is the build's to answer
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var process = Process.Start(new ProcessStartInfo(build, args) { UseShellExecute = false })!;
        process.WaitForExit();
        return process.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Execute(string path, string?[] arguments);
}
