using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Experiments;

/// <summary>
/// Mixed requests on one model, from several callers at once, for some time: searches of every kind, cancelled ones, ones with a deadline, failing heuristics, prompts and searches
/// that are too large, streams that are left. Each must be answered by what it calls for, and what is not disturbed must equal its result alone.
/// </summary>
internal sealed class SoakLoad : IAsyncDisposable
{
    private const int LostAfterSeconds = 600;
    private readonly ServiceProvider _services;
    private readonly HostedDecoder _decoder;
    private readonly Dictionary<int, string> _expected = [];
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<WeakReference> _trees = [];
    private readonly List<string> _faults = [];
    private readonly int _callers;
    private readonly ulong _seed;
    private CpuEngine? _engine;
    private int _begun;
    private int _answered;

    public SoakLoad(int callers, int threads, ulong seed)
    {
        (_callers, _seed) = (callers, seed);
        _services = new ServiceCollection()
            .AddDecodeAlign(build => build.AddModel(DecodeAlignOptions.DefaultName, (_, options, progress, cancellationToken) => Task.Run<ILanguageModel>(() =>
            {
                using var weights = ModelFolder.Open(EmbeddedModel.Folder).OpenWeights();
                var tokenizer = TokenizerLoader.Load(EmbeddedModel.Folder);
                // room for some requests and not for all of them, so that they wait for memory
                _engine = CpuEngine.Load(weights, new() { Threads = threads, MaxRows = 64, KvBudgetBytes = 6L << 20, PrefixCacheBytes = 1L << 20 }, tokenizer.Fingerprint, progress, cancellationToken);
                return new EngineModel(_engine, tokenizer, new() { MemoryWait = Timeout.InfiniteTimeSpan });
            }, cancellationToken)))
            .BuildServiceProvider();
        _decoder = _services.GetRequiredService<HostedDecoder>();
    }

    public EngineStatistics Statistics => _decoder.Model.Statistics ?? default;

    /// <summary>KV bytes that sessions hold.</summary>
    public long KvReservedBytes => _engine!.KvReservedBytes;

    /// <summary>KV bytes that keep prompts; their number has a limit.</summary>
    public long KvKeptBytes => _engine!.KvKeptBytes;

    /// <summary>Requests by what became of them.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <summary>What should not have happened.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Token trees of past requests that something still holds, and their nodes.</summary>
    public (int Trees, int Nodes) Alive
    {
        get
        {
            lock (_trees)
            {
                List<TokenTree> alive = [.. _trees.Select(tree => tree.Target).OfType<TokenTree>()];
                return (alive.Count, alive.Sum(tree => tree.Count));
            }
        }
    }

    /// <summary>Collects until nothing holds the tree of a past request, at most some seconds: what ended last is still on its way down the stack.</summary>
    public async Task SettleAsync()
    {
        for (var attempt = 0; attempt < 50; attempt++)
        {
            await Task.Delay(100).ConfigureAwait(false);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (Alive.Trees == 0) return;
        }
    }

    /// <summary>Runs the controls alone, so that it is known what they have to give.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _decoder.Model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        for (var kind = 0; kind < SoakRequest.Kinds; kind++)
            for (var variant = 0; variant < SoakRequest.Variants; variant++)
                _expected[Key(kind, variant)] = (await _decoder.GenerateAsync(SoakRequest.Plain(kind, variant, _decoder.Model, Watch), cancellationToken).ConfigureAwait(false)).Text;
    }

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var until = TimeProvider.System.GetTimestamp() + (long)(duration.TotalSeconds * TimeProvider.System.TimestampFrequency);
        var callers = Task.WhenAll(Enumerable.Range(0, _callers).Select(caller => Task.Run(() => CallAsync(caller, until, cancellationToken), cancellationToken)));
        // a slow machine loses nothing, nor one that stands still: lost is what is open after so many seconds, counted one by one, in which no request was answered
        for (var (quiet, answered) = (0, -1); !callers.IsCompleted; quiet++)
        {
            await Task.WhenAny(callers, Task.Delay(1000, CancellationToken.None)).ConfigureAwait(false);
            if (answered != Volatile.Read(ref _answered)) (quiet, answered) = (0, _answered);
            if (quiet < LostAfterSeconds) continue;
            Count("lost", _begun - _answered);
            lock (_faults) _faults.Add($"{_begun - _answered} requests are lost");
            return;
        }
        await callers.ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static int Key(int kind, int variant) => kind * SoakRequest.Variants + variant;

    private async Task CallAsync(int caller, long until, CancellationToken cancellationToken)
    {
        for (var number = 0UL; TimeProvider.System.GetTimestamp() < until && !cancellationToken.IsCancellationRequested; number++)
        {
            var draws = new SoakDraws(_seed, (ulong)caller, number);
            Interlocked.Increment(ref _begun);
            string outcome;
            try
            {
                outcome = await OneAsync(draws).ConfigureAwait(false);
            }
            catch (Exception fault)
            {
                outcome = $"unexpected {fault.GetType().Name}";
                lock (_faults) _faults.Add($"caller {caller}, request {number}: {outcome}: {fault.Message}");
            }
            Count(outcome, 1);
            Interlocked.Increment(ref _answered);
        }
    }

    private void Count(string outcome, int requests)
    {
        lock (_outcomes) _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + requests;
    }

    private async Task<string> OneAsync(SoakDraws draws)
    {
        var (kind, variant) = (draws.Below(SoakRequest.Kinds), draws.Below(SoakRequest.Variants));
        var request = SoakRequest.Plain(kind, variant, _decoder.Model, Watch);
        switch (draws.Below(10))
        {
            case 0:
                return await CancelledAsync(request, draws).ConfigureAwait(false);
            case 1:
                var late = await _decoder.GenerateAsync(SoakRequest.WithDeadline(request, TimeSpan.FromMilliseconds(1 + draws.Below(300)))).ConfigureAwait(false);
                return late.Answer.FinishReason == FinishReason.Deadline ? "ended by its deadline" : Checked(late.Text, kind, variant);
            case 2:
                await ExpectAsync<HeuristicException>(SoakRequest.WithFailingHeuristic(request, draws.Below(3))).ConfigureAwait(false);
                return "refused: failing heuristic";
            case 3 when draws.Below(2) == 0:
                await ExpectAsync<ArgumentException>(request with { Prompt = string.Concat(Enumerable.Repeat("The little fox went home. ", 200)) }).ConfigureAwait(false);
                return "refused: prompt too long";
            case 3:
                await ExpectAsync<KvBudgetException>(request with { Decoder = Decoders.Beam(400), MaxTokens = 300 }).ConfigureAwait(false);
                return "refused: search too large for the memory";
            case 4:
                await foreach (var update in _decoder.StreamAsync(request).ConfigureAwait(false))
                    if (update.Text.Length > 0 && draws.Below(4) == 0) break;
                return "stream left, or read to its end";
            default:
                return Checked((await _decoder.GenerateAsync(request).ConfigureAwait(false)).Text, kind, variant);
        }
    }

    private async Task<string> CancelledAsync(DecodingRequest request, SoakDraws draws)
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(draws.Below(200)));
        try
        {
            await _decoder.GenerateAsync(request, cancel.Token).ConfigureAwait(false);
            return "answered before its cancellation";
        }
        catch (OperationCanceledException)
        {
            return "cancelled";
        }
    }

    private async Task ExpectAsync<T>(DecodingRequest request)
        where T : Exception
    {
        try
        {
            await _decoder.GenerateAsync(request).ConfigureAwait(false);
        }
        catch (T)
        {
            return;
        }
        throw new InvalidOperationException($"{typeof(T).Name} was to come");
    }

    private string Checked(string text, int kind, int variant) =>
        text == _expected[Key(kind, variant)] ? "answered as alone" : throw new InvalidOperationException($"kind {kind}, variant {variant} gave another text than alone");

    private void Watch(TokenTree tree)
    {
        lock (_trees)
        {
            if (_trees.Count % 1000 == 999) _trees.RemoveAll(old => !old.IsAlive);
            _trees.Add(new(tree));
        }
    }
}
