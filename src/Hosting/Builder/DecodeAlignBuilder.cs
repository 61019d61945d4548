using System.Diagnostics.CodeAnalysis;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DecodeAlign.Hosting;

/// <summary>Says which models, decoders, heuristics and constraints the container has. Used while services are registered, by one thread.</summary>
public sealed class DecodeAlignBuilder
{
    private readonly EngineCatalogue _engines;

    internal DecodeAlignBuilder(IServiceCollection services, EngineCatalogue engines)
    {
        Services = services;
        _engines = engines;
    }

    /// <summary>The container's services.</summary>
    public IServiceCollection Services { get; }

    internal HashSet<string> Models { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Rewards { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Decoders { get; } = new(StringComparer.Ordinal);

    internal HashSet<string> Wrapped { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a model, or changes what configuration says of it.</summary>
    /// <param name="name">Its name and key.</param>
    /// <param name="configure">Changes its options; null: as they are.</param>
    public DecodeAlignBuilder AddModel(string name = DecodeAlignOptions.DefaultName, Action<ModelOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Models.Add(name);
        Services.Configure<DecodeAlignOptions>(options =>
        {
            if (!options.Models.TryGetValue(name, out var model)) options.Models.Add(name, model = new());
            configure?.Invoke(model);
        });
        return this;
    }

    /// <summary>Adds a model that is loaded by a function: an engine of one's own, a remote server, a fake.</summary>
    /// <param name="name">Its name and key.</param>
    /// <param name="loader">Loads it, off the request path, when the host starts or when it is first needed.</param>
    /// <param name="configure">Changes its options; null: as they are.</param>
    public DecodeAlignBuilder AddModel(string name, ModelLoader loader, Action<ModelOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        AddEngine($"loader of {name}", loader);
        return AddModel(name, options =>
        {
            options.Engine = $"loader of {name}";
            configure?.Invoke(options);
        });
    }

    /// <summary>Adds a reward that a server computes, or changes what configuration says of it; decoders and requests name it by its key.</summary>
    /// <param name="name">Its name and key.</param>
    /// <param name="configure">Changes its options; null: as they are.</param>
    public DecodeAlignBuilder AddReward(string name, Action<RewardServerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Rewards.Add(name);
        Services.Configure<DecodeAlignOptions>(options =>
        {
            if (!options.Rewards.TryGetValue(name, out var reward)) options.Rewards.Add(name, reward = new());
            configure?.Invoke(reward);
        });
        return this;
    }

    /// <summary>Adds an engine that models can name in <see cref="ModelOptions.Engine"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="loader">Loads a model with it.</param>
    public DecodeAlignBuilder AddEngine(string name, ModelLoader loader)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(loader);
        _engines.Add(name, loader);
        return this;
    }

    /// <summary>Adds a decoder, or changes what configuration says of it.</summary>
    /// <param name="name">Its name and key.</param>
    /// <param name="configure">Changes its options; null: as they are.</param>
    public DecodeAlignBuilder AddDecoder(string name = DecodeAlignOptions.DefaultName, Action<DecoderOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Decoders.Add(name);
        Services.Configure<DecodeAlignOptions>(options =>
        {
            if (!options.Decoders.TryGetValue(name, out var decoder)) options.Decoders.Add(name, decoder = new());
            configure?.Invoke(decoder);
        });
        return this;
    }

    /// <summary>
    /// Puts decoders around one of the container's: a selection, a limit, a cache, anything that is an <see cref="IDecoder"/> around another. They stand within the decoder's telemetry, what is added first outermost.
    /// </summary>
    /// <param name="name">The decoder's name.</param>
    /// <param name="wrap">Adds to its pipeline, once; it may take what it needs from the container.</param>
    public DecodeAlignBuilder WrapDecoder(string name, Action<DecoderBuilder, IServiceProvider> wrap)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(wrap);
        Wrapped.Add(name);
        Services.AddKeyedSingleton<DecoderStep>(name, wrap.Invoke);
        return this;
    }

    /// <summary>Adds a heuristic that the container makes; decoders and requests name it by its key.</summary>
    /// <typeparam name="THeuristic">Its type: safe for concurrent use, as every heuristic.</typeparam>
    /// <param name="key">Its key.</param>
    public DecodeAlignBuilder AddHeuristic<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THeuristic>(string key)
        where THeuristic : class, IHeuristic
    {
        Services.TryAddKeyedSingleton<IHeuristic, THeuristic>(key);
        return this;
    }

    /// <summary>Adds a heuristic that a function makes.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="create">Makes it, once.</param>
    public DecodeAlignBuilder AddHeuristic(string key, Func<IServiceProvider, IHeuristic> create)
    {
        Services.TryAddKeyedSingleton(key, (services, _) => create(services));
        return this;
    }

    /// <summary>Adds a constraint that the container makes; decoders and requests name it by its key.</summary>
    /// <typeparam name="TConstraint">Its type: safe for concurrent use, as every constraint.</typeparam>
    /// <param name="key">Its key.</param>
    public DecodeAlignBuilder AddConstraint<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TConstraint>(string key)
        where TConstraint : class, IConstraint
    {
        Services.TryAddKeyedSingleton<IConstraint, TConstraint>(key);
        return this;
    }

    /// <summary>Adds a constraint that a function makes.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="create">Makes it, once.</param>
    public DecodeAlignBuilder AddConstraint(string key, Func<IServiceProvider, IConstraint> create)
    {
        Services.TryAddKeyedSingleton(key, (services, _) => create(services));
        return this;
    }

    /// <summary>Says how a model is told of preferences. The embedded model has its own.</summary>
    /// <param name="model">Name of the model.</param>
    /// <param name="create">Makes the settings, once.</param>
    public DecodeAlignBuilder AddPreferences(string model, Func<IServiceProvider, PreferenceSettings> create)
    {
        Services.TryAddKeyedSingleton(model, (services, _) => create(services));
        return this;
    }

    /// <summary>Adds a health check: healthy once every model is loaded, degraded while one loads.</summary>
    /// <param name="name">Name of the check.</param>
    /// <param name="failureStatus">What a model that could not be loaded means; default unhealthy.</param>
    /// <param name="tags">Tags of the check.</param>
    public DecodeAlignBuilder AddHealthCheck(string name = "decodealign", HealthStatus failureStatus = HealthStatus.Unhealthy, params IEnumerable<string> tags)
    {
        Services.AddHealthChecks().AddCheck<ModelHealthCheck>(name, failureStatus, tags);
        return this;
    }
}
