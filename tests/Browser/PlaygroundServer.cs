using System.Diagnostics;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(DecodeAlign.Tests.PlaygroundServer))]

namespace DecodeAlign.Tests;

/// <summary><c>decodealign serve</c> with the embedded model, as a newcomer starts it, on a free port.</summary>
public sealed partial class PlaygroundServer : IDisposable
{
    private readonly Lock _lock = new();
    private Process? _process;
    private string? _address;

    /// <summary>Where it listens, with a slash at the end; the first call starts it.</summary>
    public string Address
    {
        get
        {
            lock (_lock) return _address ??= Start();
        }
    }

    private string Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "decodealign.dll"), "serve", "--urls", "http://127.0.0.1:0"]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        var told = new List<string>();
        while (_process.StandardError.ReadLine() is { } line)
        {
            told.Add(line);
            if (Listening().Match(line) is not { Success: true } match) continue;
            // what else it says must not fill the pipe
            _ = _process.StandardError.ReadToEndAsync();
            return match.Groups[1].Value + "/";
        }
        throw new InvalidOperationException($"serve did not start: {string.Join(" ", told)}");
    }

    public void Dispose()
    {
        if (_process is null) return;
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"listening at (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
