using System.Diagnostics;

[assembly: AssemblyFixture(typeof(DecodeAlign.Tests.TracePages))]

namespace DecodeAlign.Tests;

/// <summary>Traces of the embedded model as the command writes them, each made once.</summary>
public sealed class TracePages : IDisposable
{
    public const string GridBeam = "grid-beam", Deal = "deal", Preference = "rps", BestOf = "best-of", Front = "front", FrontOfFour = "front-of-four";

    private static readonly Dictionary<string, string[]> Commands = new()
    {
        [GridBeam] = ["Once upon a time, there was a", "--must-include", "dog,garden,rain,happy", "--decoder", "grid-beam", "--max-tokens", "100"],
        [Deal] = ["Once upon a time", "--must-include", "fox", "--must-include", "river", "--decoder", "deal", "--beam", "1", "--max-tokens", "40"],
        [Preference] = ["Once upon a time", "--decoder", "rps", "--preference", "positivity=0.8,brevity=0.6", "--max-tokens", "30"],
        [Front] = ["Once upon a time", "--decoder", "best-of", "--answers", "16", "--heuristic", "vividness=default", "--heuristic", "brevity=default", "--max-tokens", "30"],
        [FrontOfFour] = ["Once upon a time", "--decoder", "sweep", "--inner", "best-of", "--steps", "3", "--heuristic", "vividness=default", "--heuristic", "brevity=default", "--heuristic", "length=..30@-1", "--heuristic", "distinct=2", "--max-tokens", "30"],
        [BestOf] = ["Once upon a time", "--decoder", "best-of", "--answers", "4", "--max-tokens", "20"],
    };

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _made = [];

    /// <summary>The file of a trace; of a front, its page.</summary>
    public string File(string name, string extension = "html")
    {
        lock (_made)
        {
            if (_made.TryGetValue(name + extension, out var file)) return file;
            file = Path.Combine(_folder.Path, $"{name}.{extension}");
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "decodealign.dll"), "generate", .. Commands[name], "--quiet", name.StartsWith(Front, StringComparison.Ordinal) ? "--front-page" : "--trace", file]) start.ArgumentList.Add(argument);
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error.Result);
            return _made[name + extension] = file;
        }
    }

    public string Address(string name) => new Uri(File(name)).AbsoluteUri;

    public void Dispose() => _folder.Dispose();
}
