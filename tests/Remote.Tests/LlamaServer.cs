using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>
/// llama.cpp's own server with the embedded model, F32 in weights, keys and values and without flash attention. DECODEALIGN_LLAMA_SERVER names the program that runs it (docs/remote.md says how to get one); where it is not set,
/// the tests that need it are skipped.
/// </summary>
public sealed class LlamaServer : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private Process? _process;

    public Uri? Address { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("DECODEALIGN_LLAMA_SERVER") is not { Length: > 0 } program || !EmbeddedModel.Exists) return;
        var file = _folder.File("embedded.gguf");
        using (var weights = ModelFolder.Open(EmbeddedModel.Folder).OpenWeights())
            await File.WriteAllBytesAsync(file, GgufExport.Write(weights, "llama", "F32", JsonVocabulary.Read(Path.Combine(EmbeddedModel.Folder, "tokenizer.json"))));
        var port = FreePort();
        _process = Process.Start(new ProcessStartInfo(program, ["-m", file, "--host", "127.0.0.1", "--port", $"{port}", "-fa", "off", "-ctk", "f32", "-ctv", "f32", "-np", "8", "-c", "4096", "-t", "1", "-tb", "1"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Address = new($"http://127.0.0.1:{port}");
        using var client = new HttpClient();
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                if ((await client.GetAsync(new Uri(Address, "health"))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // it has not begun to listen
            }
            await Task.Delay(100);
        }
        throw new InvalidOperationException("llama.cpp's server did not start within a minute");
    }

    public Uri Require()
    {
        Assert.SkipWhen(Address is null, "DECODEALIGN_LLAMA_SERVER names no llama.cpp server (docs/remote.md)");
        return Address!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
