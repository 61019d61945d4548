using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary><c>decoders</c>: what <c>--decoder</c> knows.</summary>
internal static class DecodersCommand
{
    private const string Examples = """
        decodealign decoders
        decodealign decoders deal
        decodealign decoders --json
        """;

    public static Command Create(Terminal terminal, Option<bool> json)
    {
        var name = new Argument<string?>("NAME") { Description = "One decoder. Default: all.", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(_ => DecoderCatalogue.All.Select(entry => entry.Name));
        var command = new HelpfulCommand("decoders", "Lists decoders with papers, settings and defaults.", Examples) { name };
        command.SetAction(parsed =>
        {
            IReadOnlyList<DecoderEntry> entries = parsed.GetValue(name) is { } one ? [Get(one)] : DecoderCatalogue.All;
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(new DecodersOutput([.. entries.Select(Describe)]), CliJson.Readable.DecodersOutput));
            else
                foreach (var entry in entries) Print(entry, terminal.Out);
            return ExitCode.Done;
        });
        return command;
    }

    public static void Print(DecoderEntry entry, TextWriter writer)
    {
        writer.WriteLine($"{entry.Name}  {entry.Summary}{(entry.Paper is null ? "" : $" {entry.Paper}")}");
        foreach (var setting in entry.Settings)
        {
            writer.WriteLine($"    {setting.OptionName}  {setting.Range}; default {setting.DefaultText}");
            writer.WriteLine($"        {setting.Meaning}");
        }
    }

    private static DecoderEntry Get(string name)
    {
        try
        {
            return DecoderCatalogue.Get(name);
        }
        catch (ArgumentException fault)
        {
            throw new UsageException($"{fault.Message.Split(" (Parameter")[0]}.{Closest.Hint(name, DecoderCatalogue.All.Select(entry => entry.Name))}");
        }
    }

    private static DecoderOutput Describe(DecoderEntry entry) =>
        new(entry.Name, entry.Summary, entry.Paper, [.. entry.Settings.Select(setting => new SettingOutput(setting.Name, setting.OptionName, setting.Range, Value(setting.Default), setting.DefaultsTo, setting.Meaning))]);

    private static JsonElement Value(object value)
    {
        var text = value switch
        {
            bool flag => flag ? "true" : "false",
            string word => JsonSerializer.Serialize(word, CliJson.Readable.String),
            IReadOnlyList<string> texts => JsonSerializer.Serialize([.. texts], CliJson.Readable.StringArray),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
