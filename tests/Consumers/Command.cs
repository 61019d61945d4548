using System.Diagnostics;
using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Runs programs, as one would at a prompt.</summary>
internal static class Command
{
    // a build that hangs must not hang the tests; far above what any step takes
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The variables that the running SDK hands to what it starts, and that would bind a build inside to its settings.</summary>
    private static readonly string[] Inherited = ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly", "DOTNET_CLI_TELEMETRY_SESSIONID", "TESTINGPLATFORM_UI_LANGUAGE"];

    /// <summary>Runs <c>dotnet</c>, and fails with its output where it fails.</summary>
    public static Task<string> DotnetAsync(string folder, string? packages, params string[] arguments) =>
        RunAsync(folder, packages, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);

    /// <summary>Runs a program, and fails with its output where it fails; returns its standard output.</summary>
    /// <param name="packages">NuGet's folder of packages, where it is not the user's.</param>
    public static async Task<string> RunAsync(string folder, string? packages, string program, params string[] arguments)
    {
        var (exitCode, output, error) = await ExecuteAsync(folder, packages, program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} in {folder} exited with {exitCode}:\n{output}\n{error}");
        return output;
    }

    /// <summary>Runs a program to its end, whatever its exit code.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> ExecuteAsync(string folder, string? packages, string program, params string[] arguments)
    {
        using var process = Start(folder, packages, program, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, output.ReplaceLineEndings("\n"), await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Starts a program whose output the caller reads, and which the caller ends.</summary>
    public static Process Start(string folder, string? packages, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var name in Inherited) start.Environment.Remove(name);
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // no server of a build outlives the test: it would hold the folder
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        if (packages is not null) start.Environment["NUGET_PACKAGES"] = packages;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
