using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Hosting;

/// <summary>Looks for everything that is wrong with the options, and says it all at once, each with its key.</summary>
internal sealed class OptionsCheck(EngineCatalogue engines, HeuristicNames names) : IValidateOptions<DecodeAlignOptions>
{
    public ValidateOptionsResult Validate(string? name, DecodeAlignOptions options)
    {
        var faults = new List<string>(options.Faults);
        foreach (var (model, settings) in options.Models) Check(settings, $"{options.Path}:{nameof(options.Models)}:{model}", faults);
        foreach (var (decoder, settings) in options.Decoders) Check(settings, $"{options.Path}:{nameof(options.Decoders)}:{decoder}", options.Models, faults);
        foreach (var (reward, settings) in options.Rewards) faults.AddRange(settings.Faults().Select(fault => $"{options.Path}:{nameof(options.Rewards)}:{reward}:{fault.Key} {fault.Fault}"));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private void Check(ModelOptions model, string path, List<string> faults)
    {
        void Require(bool holds, string key, string expected, object actual)
        {
            if (!holds) faults.Add(FormattableString.Invariant($"{path}:{key} must be {expected}; it is {actual}"));
        }

        Require(engines.Names.Contains(model.Engine), nameof(model.Engine), $"one of {string.Join(", ", engines.Names)}", $"'{model.Engine}'");
        if (model.Url is { } url)
        {
            // what an address may hold is not told again
            Require(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0, nameof(model.Url), "an address such as http://localhost:8080, without user and password (there is ApiKey)", "another text");
            Require(model.Engine == EngineCatalogue.Cpu, nameof(model.Engine), "left out where there is a Url", $"'{model.Engine}'");
            Require(model.IsEmbedded ? EmbeddedModel.Exists : Directory.Exists(model.Folder) || IsModel(model), nameof(model.Folder), "a folder with the tokenizer of the server's model", $"'{model.Folder}'");
            foreach (var (key, isSet) in ((string, bool)[])[(nameof(model.Threads), model.Threads != 0), (nameof(model.WeightFormat), model.WeightFormat is not null), (nameof(model.KvFormat), model.KvFormat != default), (nameof(model.KvBudgetMegabytes), model.KvBudgetMegabytes != 0)])
                if (isSet) faults.Add($"{path}:{key} does nothing where a server runs the model ({nameof(model.Url)})");
        }
        else if (model.Engine == EngineCatalogue.Cpu)
        {
            if (model.IsEmbedded) Require(EmbeddedModel.Exists, nameof(model.Folder), "a model's folder, since this build has no embedded model", $"'{model.Folder}'");
            else Require(IsModel(model), nameof(model.Folder), "a model's folder, with a config.json in it, a .gguf file, or the name of a model in the hub's cache (or of any on the hub, with Download)", $"'{model.Folder}'");
        }
        Require(model.MostRequests is >= 1 and <= 1024, nameof(model.MostRequests), "from 1 to 1024", model.MostRequests);
        Require(model.RequestTimeoutSeconds is > 0 and <= 86_400, nameof(model.RequestTimeoutSeconds), "above 0 and at most 86400", model.RequestTimeoutSeconds);
        Require(model.Threads is >= 0 and <= 1024, nameof(model.Threads), "from 0 to 1024", model.Threads);
        Require(model.MaxRows is >= 1 and <= 4096, nameof(model.MaxRows), "from 1 to 4096", model.MaxRows);
        Require(model.KvBudgetMegabytes is >= 0 and <= 1 << 30, nameof(model.KvBudgetMegabytes), "at least 0", model.KvBudgetMegabytes);
        Require(model.PrefixCacheMegabytes is >= 0 and <= 1 << 30, nameof(model.PrefixCacheMegabytes), "at least 0", model.PrefixCacheMegabytes);
        Require(model.MemoryWaitSeconds is >= 0 and <= 86_400, nameof(model.MemoryWaitSeconds), "between 0 and 86400", model.MemoryWaitSeconds);
        Require(model.MaxWaiting >= 0, nameof(model.MaxWaiting), "at least 0", model.MaxWaiting);
    }

    private static bool IsModel(ModelOptions model) => ModelFolder.Exists(model.Folder)
        ? !Directory.Exists(model.Folder) || File.Exists(Path.Combine(model.Folder, "config.json"))
        : HubModelId.TryParse(model.Folder, out var id) && (model.Download || new HubCache(model.Hub()).Find(id) is not null);

    private void Check(DecoderOptions decoder, string path, IDictionary<string, ModelOptions> models, List<string> faults)
    {
        var preset = DecoderPreset.Read(decoder, (key, fault) => faults.Add($"{path}:{key} {fault}"));
        if (preset?.Entry.Name == PreferenceSpecification.Decoder && PreferenceFault(preset, decoder, models) is { } wrong) faults.Add($"{path}:{wrong}");
        foreach (var (key, model) in new[] { (nameof(decoder.Model), decoder.Model), (nameof(decoder.LookaheadModel), decoder.LookaheadModel) })
        {
            if (model is not null && !models.ContainsKey(model)) faults.Add($"{path}:{key} names the model '{model}', which is not there; there are {string.Join(", ", models.Keys)}");
        }
        if (preset?.Request.Decoder.Selection is JudgedSelection { JudgeModel: { Length: > 0 } judge } && !models.ContainsKey(judge))
            faults.Add($"{path}:judgeModel names the model '{judge}', which is not there; there are {string.Join(", ", models.Keys)}");
        if (decoder.Guidance.FindFault() is var (guide, wrongGuide)) faults.Add($"{path}:{(guide == nameof(GuidanceSettings.Scale) ? nameof(decoder.GuidanceScale) : guide)}: {wrongGuide}");
        else foreach (var (model, _) in decoder.Guidance.Models())
            if (!models.ContainsKey(model)) faults.Add($"{path}:{nameof(decoder.Guides)} names the model '{model}', which is not there; there are {string.Join(", ", models.Keys)}");
        if (decoder.Model is null && models.Count > 1 && !models.ContainsKey(DecodeAlignOptions.DefaultName))
            faults.Add($"{path}:{nameof(decoder.Model)} must name one of the models: {string.Join(", ", models.Keys)}");
        foreach (var heuristic in decoder.Heuristics)
            if (names.HeuristicFault(heuristic) is { } fault) faults.Add($"{path}:{nameof(decoder.Heuristics)}: {fault}");
        var named = faults.Count;
        foreach (var constraint in decoder.Constraints)
            if (names.ConstraintFault(constraint) is { } fault) faults.Add($"{path}:{nameof(decoder.Constraints)}: {fault}");
        // what is wrong with each is not told again of all
        if (faults.Count == named && names.AfterFault(decoder.Constraints) is { } after) faults.Add($"{path}:{nameof(decoder.Constraints)}: {after}");
        if (decoder.Heuristics.Any(heuristic => names.HeuristicFault(heuristic) is not null)) return;
        if (decoder.Scoring.FindFault(names.ScoringModels(decoder.Heuristics)) is var (setting, reason)) faults.Add($"{path}:{setting}: {reason}");
        CheckRanking(decoder, path, faults);
    }

    private void CheckRanking(DecoderOptions decoder, string path, List<string> faults)
    {
        Calibration? calibration = null;
        try
        {
            if (decoder.Calibration is { } file) calibration = CalibrationFile.Read(file);
        }
        catch (Exception fault) when (fault is IOException or FormatException or UnauthorizedAccessException)
        {
            faults.Add($"{path}:{nameof(decoder.Calibration)}: {fault.Message}");
            return;
        }
        if (decoder.ByPosition && calibration is null) faults.Add($"{path}:{nameof(decoder.ByPosition)} does nothing here: there is no calibration");
        else if (names.RankingFault(new() { Rule = decoder.Combine, Calibration = calibration, ByPosition = decoder.ByPosition }, decoder.Heuristics) is { } wrong) faults.Add($"{path}:{nameof(decoder.Combine)}: {wrong}");
    }

    // what a container's own settings know is seen when the decoder is made
    private string? PreferenceFault(DecoderPreset preset, DecoderOptions decoder, IDictionary<string, ModelOptions> models)
    {
        if (models.Count == 0) return null;
        var name = decoder.Model ?? (models.ContainsKey(DecodeAlignOptions.DefaultName) ? DecodeAlignOptions.DefaultName : models.Keys.First());
        if (!models.TryGetValue(name, out var model) || names.HasPreferences(name)) return null;
        try
        {
            PreferenceSpecification.Read(preset.Entry.Complete(preset.Settings), 0, Directory.Exists(model.FullFolder) ? PreferenceSettings.Of(model.FullFolder) : null, names.WithoutMaking);
            return null;
        }
        catch (ArgumentException fault)
        {
            return $"{fault.ParamName}: {PlainMessage.Of(fault)}";
        }
        catch (Exception fault) when (fault is IOException or FormatException)
        {
            return $"{nameof(decoder.Model)}: {fault.Message}";
        }
    }
}
