using DecodeAlign.Decoding;
using DecodeAlign.Remote;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Hosting;

/// <summary>Fills the options from their configuration section.</summary>
internal sealed class ConfigurationReader(IConfigurationSection section) : IConfigureOptions<DecodeAlignOptions>
{
    public void Configure(DecodeAlignOptions options)
    {
        options.Path = section.Path;
        var reader = new SettingsReader(section, options.Faults);
        reader.Parts(nameof(options.Models), options.Models, Model);
        reader.Parts(nameof(options.Decoders), options.Decoders, Decoder);
        reader.Parts(nameof(options.Rewards), options.Rewards, Reward);
        reader.End();
    }

    private static void Reward(SettingsReader reader, RewardServerOptions reward)
    {
        reader.Text(nameof(reward.Url), value => reward.Url = value);
        reader.Choice<RewardEndpoint>(nameof(reward.Endpoint), value => reward.Endpoint = value);
        reader.Text(nameof(reward.Model), value => reward.Model = value);
        reader.Integer(nameof(reward.Output), value => reward.Output = value);
        reader.Number(nameof(reward.Least), value => reward.Least = value);
        reader.Number(nameof(reward.Greatest), value => reward.Greatest = value);
        reader.Text(nameof(reward.ApiKey), value => reward.ApiKey = value);
        reader.Integer(nameof(reward.MostRequests), value => reward.MostRequests = value);
        reader.Number(nameof(reward.RequestTimeoutSeconds), value => reward.RequestTimeoutSeconds = value);
    }

    private static void Model(SettingsReader reader, ModelOptions model)
    {
        reader.Text(nameof(model.Folder), value => model.Folder = value);
        reader.Text(nameof(model.Url), value => model.Url = value);
        reader.Text(nameof(model.ApiKey), value => model.ApiKey = value);
        reader.Integer(nameof(model.MostRequests), value => model.MostRequests = value);
        reader.Number(nameof(model.RequestTimeoutSeconds), value => model.RequestTimeoutSeconds = value);
        reader.Flag(nameof(model.Download), value => model.Download = value);
        reader.Text(nameof(model.Engine), value => model.Engine = value);
        reader.Integer(nameof(model.Threads), value => model.Threads = value);
        reader.Choice<Cpu.WeightFormat>(nameof(model.WeightFormat), value => model.WeightFormat = value);
        reader.Choice<Cpu.KvFormat>(nameof(model.KvFormat), value => model.KvFormat = value);
        reader.Integer(nameof(model.MaxRows), value => model.MaxRows = value);
        reader.Long(nameof(model.KvBudgetMegabytes), value => model.KvBudgetMegabytes = value);
        reader.Long(nameof(model.PrefixCacheMegabytes), value => model.PrefixCacheMegabytes = value);
        reader.Number(nameof(model.MemoryWaitSeconds), value => model.MemoryWaitSeconds = value);
        reader.Integer(nameof(model.MaxWaiting), value => model.MaxWaiting = value);
    }

    private static void Decoder(SettingsReader reader, DecoderOptions decoder)
    {
        reader.Text(nameof(decoder.Model), value => decoder.Model = value);
        reader.Text(nameof(decoder.Preset), value => decoder.Preset = value);
        reader.Texts(nameof(decoder.Heuristics), decoder.Heuristics);
        reader.Texts(nameof(decoder.Principles), decoder.Principles);
        reader.Text(nameof(decoder.JudgeContext), value => decoder.JudgeContext = value);
        reader.Text(nameof(decoder.JudgeScore), value => decoder.JudgeScore = value);
        reader.Text(nameof(decoder.RewardOutputs), value => decoder.RewardOutputs = value);
        reader.Text(nameof(decoder.RewardSteps), value => decoder.RewardSteps = value);
        reader.Texts(nameof(decoder.Constraints), decoder.Constraints);
        reader.Text(nameof(decoder.Combine), value => decoder.Combine = value);
        reader.Text(nameof(decoder.Calibration), value => decoder.Calibration = value);
        reader.Flag(nameof(decoder.ByPosition), value => decoder.ByPosition = value);
        reader.Text(nameof(decoder.LookaheadModel), value => decoder.LookaheadModel = value);
        reader.Text(nameof(decoder.NegativePrompt), value => decoder.NegativePrompt = value);
        reader.Number(nameof(decoder.GuidanceScale), value => decoder.GuidanceScale = value);
        reader.Texts(nameof(decoder.Guides), decoder.Guides);
        reader.Number(nameof(decoder.BaseWeight), value => decoder.BaseWeight = value);
        reader.Number(nameof(decoder.Plausibility), value => decoder.Plausibility = value);
        reader.Number(nameof(decoder.DeadlineSeconds), value => decoder.DeadlineSeconds = value);
        reader.Integer(nameof(decoder.Priority), value => decoder.Priority = value);
        reader.Long(nameof(decoder.Budget), value => decoder.Budget = value);
        reader.Integer(nameof(decoder.MaxTokens), value => decoder.MaxTokens = value);
        reader.Seed(nameof(decoder.Seed), value => decoder.Seed = value);
        reader.Texts(nameof(decoder.StopSequences), decoder.StopSequences);
        foreach (var setting in DecoderCatalogue.AllSettings) reader.Setting(setting, (key, value) => decoder.Settings[key] = value);
    }
}
