using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Hosting;

/// <summary>The engines by name.</summary>
internal sealed class EngineCatalogue
{
    public const string Cpu = "cpu";

    private readonly Dictionary<string, ModelLoader> _loaders = new(StringComparer.Ordinal) { [Cpu] = LoadCpu };

    public IReadOnlyCollection<string> Names => _loaders.Keys;

    public void Add(string name, ModelLoader loader) => _loaders[name] = loader;

    public ModelLoader this[string name] => _loaders[name];

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
