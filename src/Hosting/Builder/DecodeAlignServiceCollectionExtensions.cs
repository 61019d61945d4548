using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Hosting;

/// <summary>Registers DecodeAlign in a container.</summary>
/// <remarks>
/// Everything is a singleton and safe for concurrent use. By the name of a model: keyed <see cref="HostedModel"/> and <see cref="ILanguageModel"/>. By the name of a decoder: keyed
/// <see cref="HostedDecoder"/>, <see cref="IDecoder"/> and <see cref="IChatClient"/>; without a key they are those of the decoder <c>default</c>, or of the first.
/// </remarks>
public static class DecodeAlignServiceCollectionExtensions
{
    /// <summary>Registers models and decoders by code; without any, the embedded model and DeAL.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="build">Says what there is; null: the defaults.</param>
    public static IServiceCollection AddDecodeAlign(this IServiceCollection services, Action<DecodeAlignBuilder>? build = null) => Add(services, null, build);

    /// <summary>Registers models and decoders from configuration, and by code.</summary>
    /// <param name="services">The container's services.</param>
    /// <param name="section">The section that holds <c>Models</c>, <c>Rewards</c> and <c>Decoders</c>. It is read once.</param>
    /// <param name="build">Says what there is beside it; null: nothing.</param>
    public static IServiceCollection AddDecodeAlign(this IServiceCollection services, IConfigurationSection section, Action<DecodeAlignBuilder>? build = null)
    {
        ArgumentNullException.ThrowIfNull(section);
        return Add(services, section, build);
    }

    private static IServiceCollection Add(IServiceCollection services, IConfigurationSection? section, Action<DecodeAlignBuilder>? build)
    {
        ArgumentNullException.ThrowIfNull(services);
        var engines = services.FirstOrDefault(service => service.ServiceType == typeof(EngineCatalogue))?.ImplementationInstance as EngineCatalogue ?? new();
        services.TryAddSingleton(engines);
        var builder = new DecodeAlignBuilder(services, engines);
        if (section is not null)
        {
            services.AddSingleton<IConfigureOptions<DecodeAlignOptions>>(new ConfigurationReader(section));
            builder.Models.UnionWith(section.GetSection(nameof(DecodeAlignOptions.Models)).GetChildren().Select(child => child.Key));
            builder.Rewards.UnionWith(section.GetSection(nameof(DecodeAlignOptions.Rewards)).GetChildren().Select(child => child.Key));
            builder.Decoders.UnionWith(section.GetSection(nameof(DecodeAlignOptions.Decoders)).GetChildren().Select(child => child.Key));
        }
        build?.Invoke(builder);
        if (builder.Models.Count == 0 && !services.Any(service => service.ServiceType == typeof(HostedModel))) builder.AddModel();
        if (builder.Decoders.Count == 0 && !services.Any(service => service.ServiceType == typeof(HostedDecoder))) builder.AddDecoder();
        AddCore(services);
        foreach (var name in builder.Models) AddModel(services, name);
        foreach (var name in builder.Rewards) AddReward(services, name);
        foreach (var name in builder.Decoders) AddDecoder(services, name);
        if (builder.Wrapped.FirstOrDefault(name => !services.Any(service => service.ServiceType == typeof(HostedDecoder) && name.Equals(service.ServiceKey))) is { } unknown)
            throw new ArgumentException($"{nameof(DecodeAlignBuilder.WrapDecoder)}: there is no decoder '{unknown}'; add it first, in configuration or with {nameof(DecodeAlignBuilder.AddDecoder)}", nameof(build));
        return services;
    }

    private static void AddCore(IServiceCollection services)
    {
        services.AddLogging();
        services.AddMetrics();
        // a model keeps its client: connections, not handlers, are renewed; time-outs and retries are the model's own
        services.AddHttpClient(EngineCatalogue.HttpClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .UseSocketsHttpHandler((handler, _) => (handler.PooledConnectionLifetime, handler.AllowAutoRedirect) = (TimeSpan.FromMinutes(15), false))
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
        services.AddOptionsWithValidateOnStart<DecodeAlignOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DecodeAlignOptions>, OptionsCheck>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelLoading>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ModelCatalogue>();
        services.TryAddSingleton<HostedDecoders>();
        services.TryAddSingleton<HostedScorers>();
        services.TryAddSingleton<HeuristicNames>();
        services.TryAddSingleton<Telemetry>();
        services.TryAddSingleton(provider => provider.GetRequiredService<HostedDecoders>().Default);
        services.TryAddSingleton<IDecoder>(provider => provider.GetRequiredService<HostedDecoder>());
        services.TryAddSingleton<IChatClient>(provider => provider.GetRequiredKeyedService<IChatClient>(provider.GetRequiredService<HostedDecoder>().Name));
        services.TryAddSingleton(provider => provider.GetRequiredService<HostedDecoder>().Model);
        services.TryAddSingleton<ILanguageModel>(provider => provider.GetRequiredService<HostedModel>());
    }

    private static void AddModel(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) =>
        {
            var options = provider.GetRequiredService<IOptions<DecodeAlignOptions>>().Value.Models[name];
            return new HostedModel(name, options, provider.GetRequiredService<EngineCatalogue>()[options], provider, provider.GetRequiredService<Microsoft.Extensions.Logging.ILogger<HostedModel>>());
        });
        services.TryAddKeyedSingleton<ILanguageModel>(name, (provider, _) => provider.GetRequiredKeyedService<HostedModel>(name));
    }

    private static void AddReward(IServiceCollection services, string name)
    {
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(IHeuristic) && name.Equals(service.ServiceKey)))
            throw new ArgumentException($"'{name}' is a heuristic of the container already, and a reward of a server; call one of them by another name");
        services.AddKeyedSingleton<IHeuristic>(name, (provider, _) => provider.GetRequiredService<IOptions<DecodeAlignOptions>>().Value.Rewards[name]
            .Create(name, provider.GetRequiredService<IHttpClientFactory>().CreateClient(EngineCatalogue.HttpClientName), provider.GetRequiredService<TimeProvider>()));
    }

    private static void AddDecoder(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredService<HostedDecoders>().Create(name));
        services.TryAddKeyedSingleton<IDecoder>(name, (provider, _) => provider.GetRequiredKeyedService<HostedDecoder>(name));
        services.TryAddKeyedSingleton<IChatClient>(name, (provider, _) => new DecoderChatClient(provider.GetRequiredKeyedService<HostedDecoder>(name), provider.GetRequiredService<HostedDecoders>(), provider.GetRequiredService<HeuristicNames>(), provider.GetRequiredService<TimeProvider>()));
    }
}
