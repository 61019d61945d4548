using System.Diagnostics;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

public class PrintedExamplesTests
{
    // examples that speak of a server
    private const string ServerAddress = "http://localhost:8080", RewardAddress = "http://localhost:8000";

    public static TheoryData<string> Lines => [.. PrintedExamples.All];

    [Fact]
    public void All_AreThere() => Assert.InRange(PrintedExamples.All.Count, 60, 300);

    [Theory]
    [MemberData(nameof(Lines))]
    public void Example_MeansTheSameInEveryShellAndParses(string line)
    {
        var arguments = PrintedExamples.Arguments(line);
        Assert.True(arguments is not null, $"{line}: a shell would change it");
        using var folder = new TempFolder();
        Assert.Empty(PrintedExamples.Root.Parse([.. arguments.Select(new ExampleFiles(folder).Place)]).Errors);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("pwsh")]
    public async Task Examples_InAShell_ArriveAsTheyAreMeant(string shell)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the program that shows its arguments is a shell script");
        var path = Environment.GetEnvironmentVariable("DECODEALIGN_PWSH") is { } given && shell == "pwsh" ? given : Find(shell);
        Assert.SkipWhen(path is null, $"there is no {shell} on this machine");
        using var folder = new TempFolder();
        var shows = folder.File("decodealign");
        folder.Write("decodealign", "#!/bin/sh\nprintf '%s\\0' \"$@\"\nprintf '\\1\\0'\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(shows, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        folder.Write("script", string.Concat(PrintedExamples.All.Select(line => PrintedExamples.WithoutRedirection(line) + "\n")));
        if (shell == "pwsh") File.Move(folder.File("script"), folder.File("script.ps1"));
        var start = new ProcessStartInfo(path!, shell == "pwsh" ? ["-NoProfile", "-NonInteractive", "-File", folder.File("script.ps1")] : [folder.File("script")]) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = folder.Path };
        start.Environment["PATH"] = $"{folder.Path}{Path.PathSeparator}{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        // PowerShell ends what a program wrote with a line break
        var calls = output.Split("\u0001\0", StringSplitOptions.None).Select(call => call.TrimStart('\n', '\r')).Where(call => call.Length > 0).ToList();
        Assert.Equal(PrintedExamples.All.Select(line => string.Concat(PrintedExamples.Arguments(line)!.Select(argument => argument + "\0"))), calls);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Example_Run_EndsWell(string line)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        Assert.SkipWhen(line.StartsWith("decodealign pull ", StringComparison.Ordinal), "it downloads; HubCommandTests runs pull against a hub of its own");
        Assert.SkipWhen(line.StartsWith("decodealign eval ", StringComparison.Ordinal), "it takes minutes; EvalTests runs eval on a small task");
        Assert.SkipWhen(line.Contains(" --stories 100 ", StringComparison.Ordinal), "it takes minutes; CompareTests compares on two openings");
        using var folder = new TempFolder();
        var files = new ExampleFiles(folder, chat: line.Contains("chat-prompt", StringComparison.Ordinal));
        var address = line.Contains(RewardAddress, StringComparison.Ordinal) ? RewardAddress : ServerAddress;
        await using var server = line.Contains(address, StringComparison.Ordinal) ? new ListeningServer(address == RewardAddress ? new RewardServer("vllm") : null) : null;
        string[] arguments = [.. PrintedExamples.Arguments(line)!.Select(files.Place).Select(argument => server is null ? argument : argument.Replace(address, server.Address.TrimEnd('/'), StringComparison.Ordinal))];
        // as it stands in the longer proofs
        if (Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") is null && arguments[0] == "generate" && !arguments.Contains("--max-tokens") && !arguments.Contains("--profile")) arguments = [.. arguments, "--max-tokens", "50"];
        // at a port that is free, and only until it listens
        if (arguments[0] == "serve") arguments = [.. arguments.Where((argument, i) => argument != "--urls" && (i == 0 || arguments[i - 1] != "--urls")), "--urls", "http://127.0.0.1:0"];
        var cli = new Cli { Models = new() { ContextLength = 512, EmbeddedFolder = EmbeddedModel.Folder, RewardNames = ["helpfulness", "verbosity"] }, Folder = folder.Path, Input = "Once upon a time", Stop = new(canceled: arguments[0] == "serve") };
        if (arguments.Contains("--calibration"))
        {
            var heuristics = arguments.Index().Where(one => one.Index > 0 && arguments[one.Index - 1] is "--heuristic").SelectMany(one => (string[])["--heuristic", one.Item.Split('@')[0]]);
            Assert.Equal(0, (await cli.CallAsync(["calibrate", "Once", .. heuristics, "--out", folder.File("scale.json"), "--samples", "4", "--max-tokens", "20"])).Code);
        }
        var run = await cli.CallAsync(arguments);
        // what is asked for in vain is shown, too
        Assert.True(run.Code == 0 || (run.Code == 3 && line.Contains("--best-effort", StringComparison.Ordinal)), $"{line}: {run.Code} {run.Error}");
        Assert.NotEqual("", run.Out + run.Error);
        Assert.DoesNotContain("does nothing here", run.Error, StringComparison.Ordinal);
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
