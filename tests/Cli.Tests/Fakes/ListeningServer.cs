using System.Net;
using System.Net.Sockets;
using System.Text;
using DecodeAlign.DefaultModel;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>A fake server that listens on this machine: of llama.cpp, with the embedded model's tokenizer, or another.</summary>
internal sealed class ListeningServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly TableEngine? _engine;
    private readonly HttpClient _fake;
    private readonly Task _serving;

    /// <param name="fake">What answers; null: the fake of llama.cpp.</param>
    public ListeningServer(HttpMessageHandler? fake = null)
    {
        if (fake is null)
        {
            var tokenizer = TokenizerLoader.Load(EmbeddedModel.Folder);
            _engine = new(tokenizer.VocabularySize, 3, contextLength: 512, ties: false);
            _fake = new FakeLlamaCpp(_engine) { Tokenizer = tokenizer }.Client();
        }
        else _fake = new(fake);
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
        _fake.Dispose();
        _engine?.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new StreamReader(call.Request.InputStream, Encoding.UTF8);
            using var request = new HttpRequestMessage(new(call.Request.HttpMethod), new Uri("http://server.test" + call.Request.RawUrl));
            if (call.Request.HasEntityBody) request.Content = new StringContent(await body.ReadToEndAsync());
            using var answer = await _fake.SendAsync(request);
            call.Response.StatusCode = (int)answer.StatusCode;
            await (await answer.Content.ReadAsStreamAsync()).CopyToAsync(call.Response.OutputStream);
            call.Response.Close();
        }
    }
}
