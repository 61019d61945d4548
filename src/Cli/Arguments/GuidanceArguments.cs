using System.CommandLine;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>Options that mix other prompts and other models into what tokens are chosen from.</summary>
internal sealed class GuidanceArguments
{
    private readonly Option<string?> _negative = new("--negative-prompt") { Description = "Classifier-free guidance. Steers away from how the model would continue TEXT instead of the prompt; \"\" is an empty prompt.", HelpName = "TEXT" };
    private readonly Option<double?> _scale = new("--guidance-scale") { Description = "How far --negative-prompt steers away. 1: not at all. Default: 1.5.", HelpName = "N", CustomParser = Parsing.OptionalNumber };
    private readonly Option<string[]> _guides = new("--guide") { Description = "A model of the same vocabulary whose log-probabilities are added, times the weight after @. Such as expert@0.7 and anti@-0.7 (DExperts), or small@-1 with --plausibility 0.1 (contrastive decoding). May be repeated.", HelpName = "DIR@N" };
    private readonly Option<double?> _base = new("--base-weight") { Description = "The model's own weight beside --guide. Default: 1.", HelpName = "N", CustomParser = Parsing.OptionalNumber };
    private readonly Option<double?> _plausibility = new("--plausibility") { Description = "With guidance: only tokens at least this share as likely as the model's likeliest.", HelpName = "N", CustomParser = Parsing.OptionalNumber };

    public void AddTo(HelpfulCommand command) => command.Add(OptionGroup.Search, [], [_negative, _scale, _guides, _base, _plausibility]);

    /// <exception cref="UsageException">Options do not go together, or are out of their ranges.</exception>
    public GuidanceSettings Read(ParseResult parsed)
    {
        var settings = new GuidanceSettings
        {
            NegativePrompt = parsed.GetValue(_negative),
            Scale = parsed.GetValue(_scale),
            Guides = parsed.GetValue(_guides) ?? [],
            BaseWeight = parsed.GetValue(_base),
            Plausibility = parsed.GetValue(_plausibility),
        };
        return settings.FindFault() is var (setting, reason) ? throw new UsageException($"{Option(setting).Name}: {reason}") : settings;
    }

    /// <summary>Loads the guides' models, each once.</summary>
    public static async Task<LoadedGuides> LoadAsync(GuidanceSettings guidance, IModelSource models, ModelSettings settings, CancellationToken cancellationToken)
    {
        var loaded = new LoadedGuides();
        try
        {
            foreach (var folder in guidance.Models().Select(guide => guide.Model).Distinct())
                loaded.Models.Add(folder, await models.LoadAsync(settings with { Folder = folder == "default" ? null : folder }, cancellationToken).ConfigureAwait(false));
            loaded.Guidance = guidance.Create(folder => loaded.Models[folder]);
            return loaded;
        }
        catch
        {
            await loaded.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Option Option(string setting) => setting switch
    {
        nameof(GuidanceSettings.Scale) => _scale,
        nameof(GuidanceSettings.BaseWeight) => _base,
        nameof(GuidanceSettings.Plausibility) => _plausibility,
        _ => _guides,
    };

    /// <summary>The guidance, and its models to be disposed of.</summary>
    internal sealed class LoadedGuides : IAsyncDisposable
    {
        public Dictionary<string, ILanguageModel> Models { get; } = [];

        public Guidance? Guidance { get; set; }

        public async ValueTask DisposeAsync()
        {
            foreach (var model in Models.Values) await model.DisposeAsync().ConfigureAwait(false);
        }
    }
}
