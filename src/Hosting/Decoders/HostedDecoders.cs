using System.Collections.Concurrent;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Hosting;

/// <summary>The decoders of the container by name.</summary>
internal sealed class HostedDecoders(IOptions<DecodeAlignOptions> options, IServiceProvider services)
{
    private readonly ConcurrentDictionary<(string Model, string Decoder), Lazy<HostedDecoder>> _presets = new();

    public IReadOnlyCollection<string> Names => [.. options.Value.Decoders.Keys];

    /// <summary>The decoder that is meant where none is named.</summary>
    public HostedDecoder Default => Get(options.Value.Decoders.ContainsKey(DecodeAlignOptions.DefaultName) ? DecodeAlignOptions.DefaultName : options.Value.Decoders.Keys.First());

    /// <exception cref="ArgumentException">There is no such decoder.</exception>
    public HostedDecoder Get(string name) =>
        options.Value.Decoders.ContainsKey(name) ? services.GetRequiredKeyedService<HostedDecoder>(name) : throw new ArgumentException($"there is no decoder '{name}'; there are {string.Join(", ", Names)}", nameof(name));

    /// <summary>The decoder of this name; null: there is none.</summary>
    public HostedDecoder? Find(string name) => options.Value.Decoders.ContainsKey(name) ? Get(name) : null;

    /// <summary>A decoder of the catalogue as it is, over a model of the container, whether the options name it or not. Made once; what it prefers, each request says.</summary>
    public HostedDecoder OfCatalogue(HostedModel model, DecoderEntry entry) =>
        _presets.GetOrAdd((model.Name, entry.Name), key => new(() => Create(key.Decoder, new() { Model = key.Model, Preset = key.Decoder }, choosesAlone: false))).Value;

    public HostedDecoder Create(string name) => Create(name, options.Value.Decoders[name], choosesAlone: true);

    private HostedDecoder Create(string name, DecoderOptions settings, bool choosesAlone)
    {
        var models = services.GetRequiredService<ModelCatalogue>();
        var names = services.GetRequiredService<HeuristicNames>().With(settings.Scoring);
        var model = models.For(settings.Model);
        var preset = DecoderPreset.Read(settings, (key, fault) => throw new ArgumentException($"the decoder '{name}': {key} {fault}", nameof(name)))!;
        var ranking = new RankingSpecification
        {
            Parts = [.. settings.Heuristics.Select(names.Part)],
            Rule = settings.Combine,
            Calibration = settings.Calibration is { } file ? CalibrationFile.Read(file) : null,
            ByPosition = settings.ByPosition,
        };
        preset = preset with
        {
            Ranking = ranking,
            Scoring = settings.Scoring,
            Guidance = settings.Guidance,
            Request = preset.Request with
            {
                Decoder = names.WithJudge(preset.Request.Decoder),
                Heuristics = ranking.Combine(),
                Constraints = names.Constraints(settings.Constraints),
                LookaheadModel = settings.LookaheadModel is { } other ? models.For(other) : null,
                Guidance = settings.Guidance.Create(models.For),
            },
        };
        var preferences = new Lazy<PreferenceSettings?>(() => services.GetKeyedService<PreferenceSettings>(model.Name) ?? model.ReadPreferences());
        var request = choosesAlone && preset.Entry.Name == PreferenceSpecification.Decoder
            ? PreferenceSpecification.Choose(preset.Request, PreferenceSpecification.Read(preset.Entry.Complete(preset.Settings), preset.Request.Seed, preferences.Value, names.Heuristic))
            : preset.Request;
        var pipeline = new ReadyDecoder(model, ranking.Calibration, services.GetRequiredService<TimeProvider>()).AsBuilder();
        foreach (var step in services.GetKeyedServices<DecoderStep>(name)) step(pipeline, services);
        var wrapped = pipeline.Build();
        return new(name, model, preset, request, preferences, wrapped.AsBuilder().UseTelemetry(services, name).Build(), wrapped.AsBuilder().UseTelemetry(services, name, "chat").Build());
    }
}
