using DecodeAlign.Cli;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Gives every command the story model, whatever folder it names, and remembers what was asked for.</summary>
internal sealed class StoryModels : IModelSource
{
    public HubOptions Hub { get; init; } = new() { CacheFolder = "no-such-cache", Offline = true };

    public List<ModelSettings> Loads { get; } = [];

    public int ContextLength { get; init; } = 128;

    public Action? OnPass { get; init; }

    /// <summary>The folder that stands for the embedded model's; null: there is none.</summary>
    public string? EmbeddedFolder { get; init; }

    /// <summary>Names of a reward model's two outputs.</summary>
    public IReadOnlyList<string> RewardNames { get; init; } = ["dogs", "length"];

    public Task<ILanguageModel> LoadAsync(ModelSettings settings, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Loads.Add(settings);
        var engine = new StoryEngine(ContextLength) { OnPass = OnPass };
        return Task.FromResult<ILanguageModel>(new EngineModel(engine, engine.Tokenizer, settings.Sharing));
    }

    public Task<RewardSource> LoadRewardAsync(ModelSettings settings, CancellationToken cancellationToken)
    {
        Loads.Add(settings);
        var engine = new StoryEngine(ContextLength, rewards: 2);
        return Task.FromResult(new RewardSource(new EngineModel(engine, engine.Tokenizer), RewardOutput.Named(RewardNames), TextLayout.Plain));
    }

    public ITokenizer LoadTokenizer(string? folder) => new StoryEngine().Tokenizer;

    public string Folder(string? folder) => folder ?? EmbeddedFolder ?? throw new UsageException("no embedded model");
}
