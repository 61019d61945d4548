using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>A hub on this machine: one repository, its large files behind a redirect to another host name, and whatever may go wrong.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly int _port;
    private long _sent;

    public FakeHub()
    {
        for (var port = 20000 + Environment.ProcessId % 20000; ; port++)
        {
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Prefixes.Add($"http://localhost:{port}/");
            try
            {
                _listener.Start();
                _port = port;
                break;
            }
            catch (HttpListenerException)
            {
                _listener.Close();
                _listener = new();
            }
        }
        _ = Task.Run(ServeAsync);
    }

    public Uri Endpoint => new($"http://127.0.0.1:{_port}");

    /// <summary>Bytes of files that were sent.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>Requests, as path and authorization.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, string? Range)> Requests { get; } = new();

    /// <summary>The status that all is refused with; 0: nothing is.</summary>
    public int Refuse { get; set; }

    public string? ErrorCode { get; set; }

    /// <summary>How many of the next large answers break off in the middle.</summary>
    public int Cuts { get; set; }

    public bool IgnoreRanges { get; set; }

    /// <summary>What large files are sent as instead; null: as they are.</summary>
    public Func<byte[], byte[]>? Falsify { get; set; }

    /// <summary>Changes the answer on the model.</summary>
    public Action<JsonObject>? ChangeListing { get; set; }

    /// <summary>Runs while a large file is half sent.</summary>
    public Func<Task>? Halfway { get; set; }

    public void Add(string name, byte[] content) => _files[name] = content;

    public void AddFolder(string folder)
    {
        foreach (var file in Directory.GetFiles(folder)) Add(Path.GetFileName(file), File.ReadAllBytes(file));
    }

    public void Dispose() => _listener.Close();

#pragma warning disable CA5350
    public static string GitHash(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length.ToString(CultureInfo.InvariantCulture)}\0"), .. content]));

#pragma warning restore CA5350

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static bool IsLarge(string name) => name.EndsWith(".safetensors", StringComparison.Ordinal) || name.EndsWith(".gguf", StringComparison.Ordinal) || name.EndsWith(".bin", StringComparison.Ordinal);

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            _ = Task.Run(async () =>
            {
                try
                {
                    await AnswerAsync(context);
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException)
                {
                    // the other side has gone
                }
            });
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        Requests.Enqueue((path, context.Request.Headers["Authorization"], context.Request.Headers["Range"]));
        if (Refuse != 0)
        {
            if (ErrorCode is not null) context.Response.Headers["X-Error-Code"] = ErrorCode;
            Close(context, Refuse);
        }
        else if (path is "/api/models/org/tiny/revision/main" or $"/api/models/org/tiny/revision/{Commit}") await SendAsync(context, Encoding.UTF8.GetBytes(Listing().ToJsonString()), count: false);
        else if (path.StartsWith($"/org/tiny/resolve/{Commit}/", StringComparison.Ordinal) && _files.TryGetValue(path[$"/org/tiny/resolve/{Commit}/".Length..], out var content))
        {
            var name = Path.GetFileName(path);
            if (!IsLarge(name)) await SendAsync(context, content, count: true);
            else
            {
                context.Response.Headers["Location"] = $"http://localhost:{_port}/cdn/{name}?signature=1";
                context.Response.Headers["X-Linked-Etag"] = $"\"{Sha256(content)}\"";
                Close(context, 302);
            }
        }
        else if (path.StartsWith("/cdn/", StringComparison.Ordinal)) await SendAsync(context, Falsify?.Invoke(_files[path[5..]]) ?? _files[path[5..]], count: true);
        else Close(context, 404);
    }

    private JsonObject Listing()
    {
        var siblings = new JsonArray();
        foreach (var (name, content) in _files)
        {
            var file = new JsonObject { ["rfilename"] = name, ["size"] = content.Length, ["blobId"] = GitHash(content) };
            if (IsLarge(name)) file["lfs"] = new JsonObject { ["sha256"] = Sha256(content), ["size"] = content.Length, ["pointerSize"] = 134 };
            siblings.Add(file);
        }
        var listing = new JsonObject { ["id"] = "org/tiny", ["sha"] = Commit, ["siblings"] = siblings };
        ChangeListing?.Invoke(listing);
        return listing;
    }

    private async Task SendAsync(HttpListenerContext context, byte[] content, bool count)
    {
        var from = 0;
        if (!IgnoreRanges && context.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
            context.Response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }
        var rest = content.AsMemory(from);
        context.Response.ContentLength64 = rest.Length;
        var cut = count && rest.Length > 1000 && Cuts > 0;
        if (cut) Cuts--;
        var first = count && rest.Length > 1000 ? rest.Length / 2 : rest.Length;
        await context.Response.OutputStream.WriteAsync(rest[..first]);
        if (count) Interlocked.Add(ref _sent, first);
        await context.Response.OutputStream.FlushAsync();
        if (Halfway is not null && count && first < rest.Length) await Halfway();
        if (cut)
        {
            context.Response.Abort();
            return;
        }
        await context.Response.OutputStream.WriteAsync(rest[first..]);
        if (count) Interlocked.Add(ref _sent, rest.Length - first);
        context.Response.Close();
    }

    private static void Close(HttpListenerContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.Close();
    }
}
