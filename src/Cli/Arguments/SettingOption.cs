using System.CommandLine;
using System.CommandLine.Parsing;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Makes an option of a setting, and reads it.</summary>
internal static class SettingOption
{
    public static Option Create(DecoderSetting setting)
    {
        var description = $"{setting.Meaning} {Defaults(setting)}";
        if (setting.Kind == SettingKind.Flag) return new Option<bool>(setting.OptionName) { Description = description };
        if (setting.Kind == SettingKind.Texts) return new Option<string[]>(setting.OptionName) { Description = description, HelpName = "TEXT" };
        var option = new Option<object?>(setting.OptionName) { Description = description, HelpName = Value(setting), Arity = ArgumentArity.ExactlyOne, CustomParser = result => Parse(setting, result) };
        if (setting.Choices.Count > 0) option.CompletionSources.Add(_ => setting.Choices);
        return option;
    }

    /// <summary>The value that was given; null: none was.</summary>
    public static object? Read(ParseResult parsed, Option option) => parsed.GetResult(option) is null or { Implicit: true } ? null : option switch
    {
        Option<bool> flag => parsed.GetValue(flag),
        Option<string[]> texts => parsed.GetValue(texts),
        Option<object?> value => parsed.GetValue(value),
        _ => null,
    };

    private static object? Parse(DecoderSetting setting, ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        try
        {
            return setting.Read(text);
        }
        catch (ArgumentException)
        {
            result.AddError($"{setting.OptionName}: must be {setting.Range}; it is '{text}'.{Closest.Hint(text, setting.Choices)}");
            return null;
        }
    }

    private static string Value(DecoderSetting setting) => setting.Kind switch
    {
        SettingKind.Whole => "N",
        SettingKind.Number => "X",
        SettingKind.Choice => string.Join('|', setting.Choices),
        _ => "TEXT",
    };

    // the decoders that have it, by what it is with them where nothing is said
    private static string Defaults(DecoderSetting setting)
    {
        var own = DecoderCatalogue.All.Where(entry => entry.Find(setting.Name) is not null).GroupBy(entry => entry.Find(setting.Name)!.DefaultText);
        return string.Join("; ", own.Select((group, i) => $"{(i == 0 ? "Default " : "")}{group.Key} ({string.Join(", ", group.Select(entry => entry.Name))})")) + ".";
    }
}
