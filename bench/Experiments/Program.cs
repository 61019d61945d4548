using System.CommandLine;
using DecodeAlign.Experiments;

var model = new Option<string>("--model") { Description = "Model folder.", Required = true };
var data = new Option<string>("--data") { Description = "Folder with CommonGen's dev sets: unique.dev.src.txt and unique.dev.constraint.json.", Required = true };
var sets = new Option<int>("--sets") { Description = "Concept sets, drawn at random with the seed.", DefaultValueFactory = _ => 200 };
var seed = new Option<int>("--seed") { Description = "Seed of the draw, of sampling and of the bootstrap.", DefaultValueFactory = _ => 1 };
var tokens = new Option<int>("--max-tokens") { Description = "Tokens a text.", DefaultValueFactory = _ => 40 };
var texts = new Option<int>("--texts") { Description = "Texts side by side, by which searches and best-of-N cost alike.", DefaultValueFactory = _ => 32 };
var threads = new Option<int>("--threads") { Description = "Threads that compute; 0: one for each processor." };
var json = new Option<string?>("--out") { Description = "Writes each text and its figures as JSON Lines." };

var coverage = new Command("coverage", "Keyword coverage of DeAL beside beam search and best-of-N at equal token evaluations: CommonGen's concept sets, and pairs of common nouns.") { model, data, sets, seed, tokens, texts, threads, json };
coverage.SetAction((parsed, cancellationToken) => CoverageExperiment.RunAsync(
    new(parsed.GetValue(model)!, parsed.GetValue(data)!, parsed.GetValue(sets), parsed.GetValue(seed), parsed.GetValue(tokens), parsed.GetValue(texts), parsed.GetValue(threads), parsed.GetValue(json)), cancellationToken));
return await new RootCommand("Experiments whose tables stand in the documentation.") { coverage, RpsCommand.Create(), RoundingExperiment.Command(), SavingsCommand.Create(), PlacementExperiment.Command(), MaskExperiment.Command(), MaskBenchCommand.Create(), SchemaSuiteCommand.Create(), SoakCommand.Create(), ThroughputCommand.Create(), ServeSoakCommand.Create(), ServeThroughputCommand.Create(), FirstTokenCommand.Create(), JudgesCommand.Create(), StartCommand.Create(), LabelledCommand.Create() }.Parse(args).InvokeAsync();
