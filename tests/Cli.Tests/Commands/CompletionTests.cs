using System.Diagnostics;
using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

public class CompletionTests
{
    public static TheoryData<string, string, string[]> Lines => new()
    {
        { "decodealign gen", "decodealign gen", ["generate"] },
        { "decodealign generate \"Once upon\" --must-i", "--must-i", ["--must-include"] },
        { "decodealign generate Once --decoder gr", "gr", ["greedy", "grid-beam"] },
        { "decodealign generate Once --heuristic cov", "cov", ["coverage-all=", "coverage="] },
        { "decodealign help pref", "pref", ["preferences"] },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Suggest_Line_GivesCommandsOptionsAndValues(string line, string word, string[] expected)
    {
        var run = await Cli.RunAsync($"[suggest:{line.Length}]", line);
        Assert.Equal(0, run.Code);
        var given = run.Out.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, given.Where(one => one.StartsWith(word.Split(' ')[^1], StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public async Task Completion_EachShell_PrintsAScriptThatAsksTheProgram(string shell)
    {
        var run = await Cli.RunAsync("completion", shell);
        Assert.Equal(0, run.Code);
        Assert.Contains("[suggest:", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_Bash_CompletesThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no bash");
        using var folder = new TempFolder();
        folder.Write("complete.sh", (await Cli.RunAsync("completion", "bash")).Out);
        folder.Write("run.sh", $$"""
            decodealign() { "{{Path.Combine(AppContext.BaseDirectory, "decodealign")}}" "$@"; }
            source complete.sh
            COMP_LINE='decodealign generate "Once upon" --decoder gr' COMP_WORDS=(decodealign generate '"Once upon"' --decoder gr) COMP_CWORD=4
            COMP_POINT=${#COMP_LINE}
            _decodealign
            printf '%s\n' "${COMPREPLY[@]}"
            """);
        var start = new ProcessStartInfo("bash", ["run.sh"]) { RedirectStandardOutput = true, WorkingDirectory = folder.Path };
        using var process = Process.Start(start)!;
        Assert.Equal("greedy\ngrid-beam\n", await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }
}
