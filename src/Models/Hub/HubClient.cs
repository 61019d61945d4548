using System.Net;
using System.Net.Http.Headers;

namespace DecodeAlign.Models;

/// <summary>
/// Downloads models from the Hugging Face hub into its own cache layout. Only what is needed to run a model is fetched, weights as safetensors alone. A broken download goes on where it
/// stopped, in this process or another's; two at once share the work of one. Every file is checked by its length and hash before it counts. Safe for concurrent calls.
/// </summary>
public sealed class HubClient : IDisposable
{
    private const int MaxListingBytes = 64 << 20;

    private readonly HubOptions _options;
    private readonly HttpClient _http;

    /// <summary>Creates a client.</summary>
    /// <param name="options">Where to fetch from and where to keep; null: as the environment says.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public HubClient(HubOptions? options = null)
    {
        _options = options ?? HubOptions.FromEnvironment();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Parallel, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Parallel, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Retries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.Retries, 100);
        // the handler leaves the token out where it is sent on to another host
        _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(30), MaxAutomaticRedirections = 10 }) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.UserAgent.Add(new("decodealign", typeof(HubClient).Assembly.GetName().Version?.ToString(3)));
    }

    /// <summary>Asks what a download would fetch; fetches nothing.</summary>
    /// <param name="id">The model.</param>
    /// <param name="file">One GGUF file to fetch instead of the model; null: the model.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    /// <exception cref="HubException">There is no such model, it may not be fetched, or it has nothing that can be run; or the network may not be used.</exception>
    public async Task<HubPlan> PlanAsync(HubModelId id, string? file = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (_options.Offline) throw new HubException($"{id}: the network is not used, since HF_HUB_OFFLINE is set");
        var json = await RetryAsync(id, async () =>
        {
            using var response = await SendAsync(id, new($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/api/models/{id.Repository}/revision/{Uri.EscapeDataString(id.Revision)}?blobs=true"), null, cancellationToken).ConfigureAwait(false);
            if (response.Content.Headers.ContentLength > MaxListingBytes) throw new HubException($"{id}: the hub's answer is too long");
            using var stream = new MemoryStream();
            await using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await CopyAsync(content, (bytes, _) =>
            {
                if (stream.Length + bytes.Length > MaxListingBytes) throw new HubException($"{id}: the hub's answer is too long");
                stream.Write(bytes.Span);
                return ValueTask.CompletedTask;
            }, cancellationToken).ConfigureAwait(false);
            return stream.ToArray();
        }, cancellationToken).ConfigureAwait(false);
        var (commit, files) = HubListing.Read(id, json, file);
        var store = new HubStore(_options, id, commit);
        return new(id, commit, files, files.Sum(store.BytesPresent));
    }

    /// <summary>Fetches what a plan lacks.</summary>
    /// <param name="plan">What <see cref="PlanAsync"/> gave.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Cancels by throwing; what has come stays, and the next download goes on from it.</param>
    /// <returns>The model's folder, or the path of the one file.</returns>
    /// <exception cref="HubException">The hub refused, or sent what is not what it said.</exception>
    /// <exception cref="IOException">There is no space, or a file can't be written.</exception>
    public async Task<string> DownloadAsync(HubPlan plan, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (_options.Offline) throw new HubException($"{plan.Id}: the network is not used, since HF_HUB_OFFLINE is set");
        var store = new HubStore(_options, plan.Id, plan.Commit);
        store.RequireSpace(plan.Bytes - plan.Files.Sum(store.BytesPresent));
        var present = new long[plan.Files.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, plan.Files.Count, limits, async (i, stop) =>
        {
            var file = plan.Files[i];
            await RetryAsync(plan.Id, async () =>
            {
                await FetchAsync(plan, file, store, bytes =>
                {
                    lock (present)
                    {
                        present[i] = bytes;
                        progress?.Report(new(present.Sum(), plan.Bytes));
                    }
                }, stop).ConfigureAwait(false);
                return true;
            }, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return store.Finish(plan);
    }

    /// <summary>Frees the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task FetchAsync(HubPlan plan, HubFile file, HubStore store, Action<long> present, CancellationToken cancellationToken)
    {
        using var part = await store.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        if (part is not null)
        {
            if (part.Length < file.Bytes) await FillAsync(plan, file, part, present, cancellationToken).ConfigureAwait(false);
            part.Finish();
        }
        store.Link(file);
        present(file.Bytes);
    }

    private async Task FillAsync(HubPlan plan, HubFile file, HubPart part, Action<long> present, CancellationToken cancellationToken)
    {
        var address = new Uri($"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{plan.Id.Repository}/resolve/{plan.Commit}/{string.Join('/', file.Path.Split('/').Select(Uri.EscapeDataString))}");
        using var response = await SendAsync(plan.Id, address, part.Length > 0 ? new RangeHeaderValue(part.Length, null) : null, cancellationToken).ConfigureAwait(false);
        // who does not know ranges begins anew; who gives another one can't be used
        if (response.StatusCode != HttpStatusCode.PartialContent) part.Clear();
        else if (response.Content.Headers.ContentRange?.From != part.Length) throw new HubException($"{plan.Id}: {file.Path}: the hub sent another part than was asked for");
        if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentLength is { } length && length != file.Bytes)
            throw new HubException($"{plan.Id}: {file.Path}: the hub sends {length} bytes, but says the file has {file.Bytes}");
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await CopyAsync(content, async (bytes, stop) =>
        {
            if (part.Length + bytes.Length > file.Bytes) throw new HubException($"{plan.Id}: {file.Path}: the hub sent more than the {file.Bytes} bytes that it says the file has");
            await part.WriteAsync(bytes, stop).ConfigureAwait(false);
            present(part.Length);
        }, cancellationToken).ConfigureAwait(false);
        if (part.Length < file.Bytes) throw new IOException($"{file.Path}: the connection ended after {part.Length} of {file.Bytes} bytes");
    }

    private async Task<HttpResponseMessage> SendAsync(HubModelId id, Uri address, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (_options.Token is { } token) request.Headers.Authorization = new("Bearer", token);
        request.Headers.Range = range;
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stall.CancelAfter(_options.Stall);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{address.Host}: no answer within {_options.Stall.TotalSeconds:0} s");
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw Refused(id, response);
    }

    private Exception Refused(HubModelId id, HttpResponseMessage response)
    {
        var code = response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.FirstOrDefault() : null;
        var page = $"{_options.Endpoint.AbsoluteUri.TrimEnd('/')}/{id.Repository}";
        return (int)response.StatusCode switch
        {
            401 or 403 when code == "GatedRepo" => new HubException($"{id}: is gated; accept its terms on {page} and set HF_TOKEN to a token of yours"),
            401 or 403 when _options.Token is null => new HubException($"{id}: there is no such model, or it is private or gated: see {page}, and set HF_TOKEN to a token of yours if you may have it"),
            401 or 403 => new HubException($"{id}: your token (HF_TOKEN) may not read it: see {page}"),
            404 when code == "RevisionNotFound" => new HubException($"{id}: the model has no revision '{id.Revision}'"),
            404 => new HubException($"{id}: there is no such model on {_options.Endpoint.Host}"),
            429 or >= 500 => new IOException($"{_options.Endpoint.Host}: answered {(int)response.StatusCode}"),
            var status => new HubException($"{id}: {_options.Endpoint.Host} answered {status}"),
        };
    }

    private async Task CopyAsync(Stream content, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stall.CancelAfter(_options.Stall);
            int read;
            try
            {
                read = await content.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"nothing came for {_options.Stall.TotalSeconds:0} s");
            }
            if (read == 0) return;
            await take(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs what a broken connection may end, again.</summary>
    private async Task<T> RetryAsync<T>(HubModelId id, Func<Task<T>> run, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await run().ConfigureAwait(false);
            }
            catch (Exception e) when (IsBroken(e))
            {
                if (attempt == _options.Retries) throw new HubException($"{id}: the download broke off{(attempt > 0 ? $" {attempt + 1} times" : "")}: {e.Message}; what has come is kept, and the next pull goes on from it", e);
                await Task.Delay(_options.RetryDelay * Math.Pow(2, attempt), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // a full disk is no broken connection
    private static bool IsBroken(Exception e) => e is HttpRequestException or HttpIOException || (e is IOException and not HubDiskException);
}
