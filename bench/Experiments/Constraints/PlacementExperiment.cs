using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Experiments;

internal sealed record PlacementSettings(string? Model, string Data, string Scorer, int Sets, int Seed, int Words, int MaxTokens, int Beam, int Candidates, int Suggestions, int NoRepeat, int Threads, int Show, string[] Only, double Minutes, string? Out);

/// <summary>
/// CommonGen's words as a hard constraint, as a wish alone (soft DeAL, same decoder and cap on words) and appended to the greedy text. Coverage is measured by regular expressions, fluency under
/// another model than the one that wrote.
/// </summary>
internal sealed class PlacementExperiment(PlacementSettings settings, ILanguageModel model, TextScorer scorer)
{
    private const string Prompt = "Once upon a time";

    public static Command Command()
    {
        var model = new Option<string?>("--model") { Description = "Model folder; default: the embedded model." };
        var data = new Option<string>("--data") { Description = "Folder with CommonGen's dev sets.", Required = true };
        var scorer = new Option<string>("--scorer") { Description = "Model folder that surprisal is measured under.", Required = true };
        var sets = new Option<int>("--sets") { Description = "Concept sets, drawn at random with the seed.", DefaultValueFactory = _ => 200 };
        var seed = new Option<int>("--seed") { Description = "Seed of the draw and the bootstrap.", DefaultValueFactory = _ => 1 };
        var words = new Option<int>("--words") { Description = "Most words a text.", DefaultValueFactory = _ => 40 };
        var tokens = new Option<int>("--max-tokens") { Description = "Most tokens a text.", DefaultValueFactory = _ => 72 };
        var beam = new Option<int>("--beam") { Description = "Grid beam: hypotheses.", DefaultValueFactory = _ => Default("beam") };
        var candidates = new Option<int>("--candidates") { Description = "Grid beam: likely candidates a hypothesis.", DefaultValueFactory = _ => Default("candidates") };
        var suggestions = new Option<int>("--suggestions") { Description = "Grid beam: suggested candidates a hypothesis.", DefaultValueFactory = _ => Default("suggestions") };
        var noRepeat = new Option<int>("--no-repeat") { Description = "Grid beam: tokens in a row that are not repeated.", DefaultValueFactory = _ => Default("noRepeat") };
        var only = new Option<string[]>("--only") { AllowMultipleArgumentsPerToken = true, Description = "Measures only methods whose names begin so, beside the appended words." };
        var threads = new Option<int>("--threads") { Description = "Threads that compute.", DefaultValueFactory = _ => 1 };
        var show = new Option<int>("--show") { Description = "Texts of the hard constraint printed, the first ones.", DefaultValueFactory = _ => 30 };
        var minutes = new Option<double>("--minutes") { Description = "Stops after so many minutes, to go on from the file at the next call; 0: never." };
        var json = new Option<string?>("--out") { Description = "Writes each text and its figures as JSON Lines; what stands there already is not written again." };
        var command = new Command("constraints", "Required words as a hard constraint beside soft DeAL and beside greedy text with the missing words appended, by fluency under another model.") { model, data, scorer, sets, seed, words, tokens, beam, candidates, suggestions, noRepeat, threads, show, only, minutes, json };
        command.SetAction((parsed, cancelled) => RunAsync(
            new(parsed.GetValue(model), parsed.GetValue(data)!, parsed.GetValue(scorer)!, parsed.GetValue(sets), parsed.GetValue(seed), parsed.GetValue(words), parsed.GetValue(tokens), parsed.GetValue(beam), parsed.GetValue(candidates), parsed.GetValue(suggestions), parsed.GetValue(noRepeat), parsed.GetValue(threads), parsed.GetValue(show), parsed.GetValue(only) ?? [], parsed.GetValue(minutes), parsed.GetValue(json)), cancelled));
        return command;
    }

    private static int Default(string setting) => (int)DecoderCatalogue.Get("grid-beam").Find(setting)!.Default;

    private static async Task<int> RunAsync(PlacementSettings settings, CancellationToken cancellationToken)
    {
        await using var model = await CpuModel.LoadAsync(settings.Model ?? EmbeddedModel.Folder, new() { Threads = settings.Threads }, cancellationToken: cancellationToken);
        await using var other = await CpuModel.LoadAsync(settings.Scorer, new() { Threads = settings.Threads }, cancellationToken: cancellationToken);
        await new PlacementExperiment(settings, model, new(other)).RunAsync(cancellationToken);
        return 0;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var sets = ConceptSet.CommonGenByWord(settings.Data, settings.Sets, settings.Seed);
        Console.WriteLine($"CommonGen dev, {sets.Length} sets, seed {settings.Seed}; prompt \"{Prompt}\", at most {settings.Words} words and {settings.MaxTokens} tokens, whole sentences; model {model.Facts.Name}, scorer {scorer.Name}\n");
        var deal = Decoders.Deal(beam: 1, candidates: 8, lookahead: 8, lambda: 10) with { Proposal = new TopTokens(8) };
        var greedy = Decoders.Greedy;
        (string Name, DecoderParts Decoder, int Kept, bool Append)[] methods =
        [
            ("hard constraint + grid beam", DecoderCatalogue.Get("grid-beam").Create([new("beam", settings.Beam), new("candidates", settings.Candidates), new("suggestions", settings.Suggestions), new("noRepeat", settings.NoRepeat)]), RequiredPhrases.DefaultReservedTokens, false),
            ("hard constraint + DeAL", deal, RequiredPhrases.DefaultReservedTokens, false), ("soft DeAL", deal, -1, false), ("greedy, missing words appended", greedy, -1, true),
        ];
        if (settings.Only.Length > 0) methods = [.. methods.Where(method => method.Append || Array.Exists(settings.Only, name => method.Name.StartsWith(name, StringComparison.Ordinal)))];
        using var log = new PlacementLog(settings.Out, settings);
        var (started, done) = (Stopwatch.GetTimestamp(), 0);
        for (; done < sets.Length && (settings.Minutes == 0 || Stopwatch.GetElapsedTime(started).TotalMinutes < settings.Minutes); done++)
            foreach (var (name, decoder, kept, append) in methods)
                if (!log.Knows(name, done)) log.Add(name, done, sets[done], await WriteAsync(sets[done], decoder, kept, append, cancellationToken));
        while (done < sets.Length && methods.All(method => log.Knows(method.Name, done))) done++;
        Console.WriteLine($"{done} of {sets.Length} sets done\n");
        var rows = methods.Select(method => (method.Name, Texts: Enumerable.Range(0, done).Select(i => log.Texts[(method.Name, i)]).ToArray())).ToList();
        Print(rows);
        Console.WriteLine();
        for (var i = 0; i < Math.Min(settings.Show, done); i++)
            Console.WriteLine($"{i + 1}. *{string.Join(", ", sets[i].Forms.Select(forms => forms[0]))}*: {Prompt}{rows[0].Texts[i].Text.ReplaceLineEndings(" ")}");
    }

    private async Task<TextFigures> WriteAsync(ConceptSet set, DecoderParts decoder, int kept, bool append, CancellationToken cancellationToken)
    {
        var keywords = set.Forms.Select(forms => Keyword.AnyOf(forms)).ToList();
        // what is appended counts as words too
        var most = append ? settings.Words - keywords.Count : settings.Words;
        var constraint = new AllOf([.. kept >= 0 ? new TextConstraint[] { new RequiredPhrases(keywords, kept) } : [], new WordCount(1, most), new SentenceEnd()]);
        var result = await new Decoding.Decoder(model).GenerateAsync(new() { Prompt = Prompt, AskForAlignment = true, Heuristics = [new(new KeywordCoverage(keywords))], Constraints = [constraint], Decoder = decoder, MaxTokens = settings.MaxTokens }, cancellationToken);
        var text = result.Text;
        if (append)
        {
            var missing = set.Forms.Where(forms => new ConceptSet([forms]).Coverage(text) == 0).Select(forms => forms[0]).ToList();
            if (missing.Count > 0) text = $"{text} {string.Join(' ', missing)}.";
        }
        return await scorer.MeasureAsync(Prompt, text, set, result, cancellationToken);
    }

    private void Print(List<(string Name, TextFigures[] Texts)> rows)
    {
        Console.WriteLine("| method | hard coverage | soft | bits per byte [95 %] | − appended, paired [95 %] | bits of a required word | bits of each of the 5 tokens after | required words a sentence | ended by the model | by the constraint | repeated trigrams | words | evaluations |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        var appended = rows[^1].Texts;
        foreach (var (name, texts) in rows)
        {
            var (mean, low, high) = Bootstrap.Interval([.. texts.Select(text => text.BitsPerByte)], settings.Seed);
            var (less, least, most) = Bootstrap.Interval([.. texts.Select((text, i) => text.BitsPerByte - appended[i].BitsPerByte)], settings.Seed);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {texts.Average(text => text.Coverage == 1 ? 1.0 : 0):0.000} | {texts.Average(text => text.Coverage):0.000} | {mean:0.000} [{low:0.000}, {high:0.000}] | {(texts == appended ? "" : $"{less:+0.000;−0.000} [{least:+0.000;−0.000}, {most:+0.000;−0.000}]")} | {Mean(texts, text => text.WordBits):0.0} | {Mean(texts, text => text.AfterBits):0.00} | {texts.Average(text => text.WordsPerSentence):0.00} | {texts.Average(text => text.EndedByModel ? 1.0 : 0):0.000} | {texts.Average(text => text.EndedByConstraint ? 1.0 : 0):0.000} | {texts.Average(text => text.Repeated):0.000} | {texts.Average(text => text.Words):0.0} | {texts.Average(text => text.Evaluations):0} |"));
        }
    }

    private static double Mean(TextFigures[] texts, Func<TextFigures, double> of) => texts.Select(of).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}

/// <summary>What is measured of a text.</summary>
internal sealed record TextFigures(string Text, double Coverage, double BitsPerByte, double WordBits, double AfterBits, double WordsPerSentence, bool EndedByModel, bool EndedByConstraint, double Repeated, int Words, double Evaluations);

/// <summary>Measures texts under a model that did not write them.</summary>
internal sealed class TextScorer(ILanguageModel model)
{
    private const int After = 5;

    public string Name => model.Facts.Name;

    public async Task<TextFigures> MeasureAsync(string prompt, string text, ConceptSet set, DecodingResult result, CancellationToken cancellationToken)
    {
        var (starts, bits) = await SurprisalAsync(prompt, text, cancellationToken);
        var (word, after) = (new List<double>(), new List<double>());
        foreach (var (start, length) in set.Places(text))
        {
            var (first, past) = (Encoding.UTF8.GetByteCount(text.AsSpan(0, start)), Encoding.UTF8.GetByteCount(text.AsSpan(0, start + length)));
            // the token that holds a byte of the word
            var inside = Enumerable.Range(0, bits.Length).Where(i => starts[i] < past && starts[i + 1] > first).ToList();
            word.Add(inside.Sum(i => bits[i]));
            if (inside.Count > 0) after.AddRange(bits.Skip(inside[^1] + 1).Take(After));
        }
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var triples = words.Zip(words.Skip(1), words.Skip(2)).ToList();
        var sentences = Math.Max(1, text.Count(letter => letter is '.' or '!' or '?'));
        var coverage = set.Coverage(text);
        return new(
            text, coverage, bits.Sum() / Math.Max(1, Encoding.UTF8.GetByteCount(text)), word.Count > 0 ? word.Average() : double.NaN, after.Count > 0 ? after.Average() : double.NaN,
            coverage * set.Forms.Length / sentences, result.Answer.FinishReason == FinishReason.Eos, result.Answer.FinishReason == FinishReason.Constraint,
            triples.Count > 0 ? 1 - triples.Distinct().Count() / (double)triples.Count : 0, words.Length, result.Statistics.TokenEvaluations);
    }

    // for each token of the text its first byte (and at last the text's end), and its surprisal in bits
    private async Task<(int[] Starts, double[] Bits)> SurprisalAsync(string prompt, string text, CancellationToken cancellationToken)
    {
        var ids = model.Tokenizer.Encode(prompt + text);
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, ids.Length + 1, cancellationToken);
        var (whole, promptBytes) = (Encoding.UTF8.GetByteCount(prompt + text), Encoding.UTF8.GetByteCount(prompt));
        var at = whole - ids.Sum(id => model.Tokenizer.TokenBytes(id).Length);
        var (node, starts, requests, values) = (-1, new List<int>(), new List<EvaluationRequest>(), new List<double[]>());
        foreach (var id in ids)
        {
            if (node >= 0 && at >= promptBytes)
            {
                values.Add(new double[1]);
                starts.Add(at - promptBytes);
                requests.Add(new() { Node = node, Named = new[] { id }, NamedLogProbabilities = values[^1] });
            }
            at += model.Tokenizer.TokenBytes(id).Length;
            node = node < 0 ? tree.AddRoot([id]) : tree.Append(node, id);
        }
        await session.EvaluateAsync(requests.ToArray(), cancellationToken);
        return ([.. starts, whole - promptBytes], [.. values.Select(value => -value[0] / Math.Log(2))]);
    }
}
