using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Server;

/// <summary>Models, decoders with their settings, heuristics and constraints, by the same catalogues as the command line's.</summary>
internal static class CatalogueEndpoint
{
    public static Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var served = context.RequestServices.GetRequiredService<ServedDecoders>();
        var response = new CatalogueResponse(
            [.. served.Models.Select(Describe)],
            served.DefaultModel.Name,
            context.RequestServices.GetRequiredService<Gate>().Options.Decoder,
            [.. DecoderCatalogue.All.Select(entry => new CatalogueDecoder(entry.Name, entry.Summary, entry.Paper, [.. entry.Settings.Select(Describe)]))],
            [.. served.Configured.Select(decoder => new ConfiguredDecoder(decoder.Name, decoder.Model.Name, decoder.Preset.Entry.Name))],
            [.. HeuristicCatalogue.All.Where(known => !FileGuard.ReadsFiles(known.Name)).Select(known => new CatalogueItem(known.Name, known.Summary, FileGuard.Objectives.Contains(known.Name) ? "default" : known.Argument, known.Example))],
            [.. ConstraintCatalogue.All.Where(known => !FileGuard.Constraints.Contains(known.Name)).Select(known => new CatalogueItem(known.Name, known.Summary, known.Argument, known.Example))],
            [.. CombinationParser.All.Where(known => !FileGuard.Rules.Contains(known.Name)).Select(known => new CatalogueItem(known.Name, known.Summary, known.Argument, known.Example))],
            [.. DecoderCatalogue.PreferenceSettings.Select(setting => setting.Name)]);
        return context.Response.WriteAsJsonAsync(response, CatalogueJson.Default.CatalogueResponse, cancellationToken: cancellationToken);
    }

    private static CatalogueModel Describe(HostedModel model) => new(
        model.Name,
        JsonNamingPolicy.CamelCase.ConvertName(model.State.ToString()),
        model.Progress,
        model.State == ModelState.Ready ? new(model.Facts.Name, model.Facts.ParameterCount, model.Facts.ContextLength, model.Facts.VocabularySize) : null,
        model.Templates is { Templates.Count: > 0 },
        [.. model.ReadPreferences()?.Objectives.Select(objective => objective.Name) ?? []]);

    private static CatalogueSetting Describe(DecoderSetting setting) => new(
        setting.Name, setting.Kind.ToString().ToLowerInvariant(), setting.Meaning, setting.Range, Value(setting.Default), setting.DefaultsTo,
        double.IsFinite(setting.Least) ? setting.Least : null, double.IsFinite(setting.Greatest) ? setting.Greatest : null, setting.IsAboveLeast, setting.Choices);

    private static JsonElement Value(object value) => value switch
    {
        bool flag => JsonElement.Parse(flag ? "true" : "false"),
        string word => JsonSerializer.SerializeToElement(word, CatalogueJson.Default.String),
        IReadOnlyList<string> texts => JsonSerializer.SerializeToElement([.. texts], CatalogueJson.Default.StringArray),
        _ => JsonElement.Parse(FormattableString.Invariant($"{value}")),
    };
}
