using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;
using DecodeAlign.Remote;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Hosting;

/// <summary>The engines by name.</summary>
internal sealed class EngineCatalogue
{
    public const string Cpu = "cpu";

    /// <summary>Of the HTTP client that asks servers.</summary>
    public const string HttpClientName = "DecodeAlign";

    private readonly Dictionary<string, ModelLoader> _loaders = new(StringComparer.Ordinal) { [Cpu] = LoadCpu };

    public IReadOnlyCollection<string> Names => _loaders.Keys;

    public void Add(string name, ModelLoader loader) => _loaders[name] = loader;

    public ModelLoader this[ModelOptions options] => options.Url is null ? _loaders[options.Engine] : ConnectAsync;

    private static async Task<ILanguageModel> ConnectAsync(IServiceProvider services, ModelOptions options, IProgress<double> progress, CancellationToken cancellationToken) =>
        await RemoteModel.ConnectAsync(
            new(options.Url!),
            options.FullFolder,
            new()
            {
                ApiKey = options.ApiKey,
                MostRequests = options.MostRequests,
                Timeout = TimeSpan.FromSeconds(options.RequestTimeoutSeconds),
                Client = services.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
                TimeProvider = services.GetRequiredService<TimeProvider>(),
            },
            [.. services.GetServices<ITokenizerFormat>()],
            cancellationToken).ConfigureAwait(false);

    private static Task<ILanguageModel> LoadCpu(IServiceProvider services, ModelOptions options, IProgress<double> progress, CancellationToken cancellationToken) =>
        CpuModel.LoadAsync(
            options.FullFolder,
            new()
            {
                Threads = options.Threads,
                WeightFormat = options.WeightFormat,
                KvFormat = options.KvFormat,
                MaxRows = options.MaxRows,
                KvBudgetBytes = options.KvBudgetMegabytes << 20,
                PrefixCacheBytes = options.PrefixCacheMegabytes << 20,
            },
            options.Sharing,
            progress,
            [.. services.GetServices<ITokenizerFormat>()],
            cancellationToken);
}
