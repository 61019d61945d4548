using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary>Something that <c>decodealign help</c> explains.</summary>
/// <param name="Name">What it is asked for by.</param>
/// <param name="Text">What is said of it.</param>
/// <param name="Rows">Names and what they mean.</param>
/// <param name="Examples">Lines that a shell takes as they stand, and what is said of them.</param>
internal sealed record HelpTopic(string Name, string Text, IReadOnlyList<(string Name, string Text)> Rows, string Examples)
{
    public void Write(PageWriter page)
    {
        page.Paragraph(Text);
        if (Rows.Count > 0) page.Line();
        page.Rows(Rows);
        page.Line();
        page.Title("Examples");
        page.Examples(Examples);
    }
}

/// <summary>The topics.</summary>
internal static class HelpTopics
{
    public static IReadOnlyList<HelpTopic> All { get; } =
    [
        new("requirements", "Every text that is printed meets its requirements: they are checked at every token, and the text is finished within --max-tokens. A requirement that can't be met is refused at the start. With --best-effort " +
            "the best text is printed instead, with what is missing and exit code 3. Required words are searched for; the report says whether the search found a place for them or they had to be forced.", [], RequirementExamples),
        new("heuristics", "A heuristic scores a text, the higher the better. Decoders that rank choose by log P + λ·h: --lambda weights all heuristics against the model's own log P, @WEIGHT one against another. " +
            "\"decodealign heuristics\" lists them, with the models that score (--reward, --judge, --likelihood) and the rules of --combine.", [], HeuristicExamples),
        new("decoders", "A decoder proposes tokens, ranks them and keeps some. \"decodealign decoders NAME\" lists the settings of one with ranges and defaults. The default is deal, or grid-beam if words must be included or a length is required and there is nothing else to rank by.",
            [.. DecoderCatalogue.All.Select(entry => (entry.Name, $"{entry.Summary}{(entry.Paper is null ? "" : $" {entry.Paper}")}"))], DecoderExamples),
        new("preferences", "Robust Preference Selection (--decoder rps, arXiv 2510.20498) generates answers under several directions near your preference, and keeps the one that your preference rates highest. The embedded model was trained to follow positivity, brevity, dialogue and vividness.", [], PreferenceExamples),
        new("savings", "By default a search uses all savings that don't change the text (--savings); the report of -v says what each gained. --budget and --deadline stop it with the best text so far. Other options search less, and may change the text.", [], SavingsExamples),
        new("models", "--model takes a folder in the Hugging Face layout (config.json, model.safetensors, tokenizer.json), a .gguf file, or the name of a model that was pulled from the Hugging Face hub. The default is the embedded story model.", [], ModelExamples),
        new("configuration", "decodealign.json in the current folder sets options by their names without dashes: \"defaults\" always apply, a profile applies with --profile NAME. " +
            "The command line overrides both. Options that write files can't be set there.", [], ConfigurationExamples),
        new("output", "The text is followed by its requirements and how each was met; -v adds the numbers. --quiet prints only the continuation, --json one object for programs; errors are then {\"error\": {\"kind\", \"message\"}}. Notes go to standard error. NO_COLOR turns colours off.",
            [("exit code 0", "Success."), ("exit code 1", "Failure: a file, memory, a heuristic, or a requirement that can't be met; the message says which."), ("exit code 2", "Incorrect usage: an option, or a prompt longer than the context."),
                ("exit code 3", "With --best-effort: a requirement is not met; the best text is printed with what is missing.")], OutputExamples),
    ];

    private const string RequirementExamples = """
        Words and phrases: fox|vixen accepts either, fox~ also foxes
          decodealign generate "Once upon a time" --must-include fox --must-include river
          decodealign generate "Once upon a time" --must-include "fox|vixen" "little girl" --must-not-include wolf
        Length
          decodealign generate "Once upon a time" --words 20..40
          decodealign generate "Once upon a time" --must-include fox --sentences 2..3 --characters ..200
        The form of the whole text, from the first character to the last
          decodealign generate "The sky is" --choice " blue.| grey."
          decodealign generate "Call me at" --regex " \d{3}-\d{4}\." --decoder greedy
          decodealign generate "A fox as JSON: " --json-schema fox.schema.json --decoder sample --max-tokens 80 --quiet
          decodealign generate "2 + 3 = " --grammar sums.gbnf --after "Answer: "
        The best text if not all requirements can be met
          decodealign generate "Once upon a time" --must-include fox --must-include river --words ..4 --best-effort
        """;

    private const string HeuristicExamples = """
        Words to prefer rather than require
          decodealign generate "Once upon a time" --heuristic "coverage=fox,river@3" --lambda 5
        A style that the embedded model was trained on
          decodealign generate "Once upon a time" --heuristic "vividness=default" --no-repeat 3
        Heuristics in standard deviations of the model's own texts, the worst-off one first (calibrate writes the file)
          decodealign calibrate "Once upon a time" --heuristic "grade=2" --heuristic "distinct=3" --out scale.json
          decodealign generate "Once upon a time" --heuristic "grade=2" --heuristic "distinct=3" --calibration scale.json --combine max-min --lambda 2
        An output of a reward model beside a heuristic, and a judge
          decodealign generate "Once upon a time" --reward "path/to/reward#helpfulness@2" --heuristic "length=40..80"
          decodealign generate "Once upon a time" --judge "path/to/folder@5" --principle "The story has a happy end."
        """;

    private const string DecoderExamples = """
        Required words, where they read best (the default for them)
          decodealign generate "Once upon a time" --must-include fox --decoder grid-beam --beam 64 --suggestions 8
        Required words, ranked with how likely the next of them is to come within five tokens
          decodealign generate "Once upon a time" --must-include fox --must-include river --decoder neurologic --lookahead 5 --foresight 0.5
        DeAL: of a beam of texts each step keeps the best by log P + λ·h (the default)
          decodealign generate "Once upon a time" --decoder deal --heuristic "vividness=default" --lambda 5 --beam 16
        DeAL as published: one text, with a lookahead for each candidate; it may repeat itself
          decodealign generate "Once upon a time" --decoder deal-paper --heuristic "coverage=fox,river"
        The model's own most likely text, beam search, and a sample that is the same for the same seed
          decodealign generate "Once upon a time" --decoder greedy
          decodealign generate "Once upon a time" --decoder beam --beam 8
          decodealign generate "Once upon a time" --decoder sample --temperature 0.8 --top-p 0.9 --seed 7
        The best of 16 sampled texts
          decodealign generate "Once upon a time" --decoder best-of --answers 16 --heuristic "coverage=fox,river"
        The text most like fifteen others; what most of them say
          decodealign generate "Once upon a time" --decoder mbr --answers 16
          decodealign generate "Once upon a time there was a" --decoder self-consistency --projection "^ [a-z]+"
        The text that wins against seven others, two by two; the one that a judge prefers of four read at once
          decodealign generate "Once upon a time" --decoder tournament --answers 8 --criterion "The happier story is better."
          decodealign generate "Once upon a time" --decoder listwise --answers 4 --judge-model path/to/folder --orders 4
        The likeliest tokens, each ranked with what the heuristics say of it
          decodealign generate "Once upon a time" --decoder args --heuristic "coverage=fox" --candidates 20
          decodealign generate "Once upon a time" --decoder args-stochastic --heuristic "vividness=default" --keep-temperature 0.7
          decodealign generate "Once upon a time" --decoder rad --heuristic "vividness=default" --lambda 5
        Groups of hypotheses that avoid each other's tokens
          decodealign generate "Once upon a time" --decoder diverse-beam --beam 6 --groups 3
        Eight different texts, drawn as they are likely
          decodealign generate "Once upon a time" --decoder stochastic-beam --beam 8 --heuristic "vividness=default"
        Sixteen texts sampled together, weighted by P·e^{λ·h}; and segments that are resampled until they are good enough
          decodealign generate "Once upon a time" --decoder particles --heuristic "vividness=default" --lambda 2
          decodealign generate "Once upon a time" --decoder cards --heuristic "vividness=default" --target 1
        Sentences that are each chosen among several, in one beam or in subtrees of their own; blocks of 16 tokens
          decodealign generate "Once upon a time" --decoder step-beam --beam 2 --candidates 6 --separator "." --heuristic "vividness=default"
          decodealign generate "Once upon a time" --decoder dvts --answers 3 --separator "." --heuristic "vividness=default"
          decodealign generate "Once upon a time" --decoder blockwise --segment-most 16 --heuristic "vividness=default"
        Thirty-two texts, half of which are dropped at every tenth token
          decodealign generate "Once upon a time" --decoder speculative-rejection --answers 32 --reject-every 10 --heuristic "vividness=default"
        The front between two heuristics: DeAL under five weightings; and rounds in which a threshold's multiplier adapts
          decodealign generate "Once upon a time" --decoder sweep --heuristic "vividness=default" --heuristic "brevity=default" --steps 5 --front --front-page front.html
          decodealign generate "Once upon a time" --decoder dual-ascent --heuristic "vividness=default" --heuristic "brevity=default" --combine "constrained:brevity>=0*0"
        Five answers near a preference, of which the preference keeps one
          decodealign generate "Once upon a time" --decoder rps --preference "positivity=0.8,brevity=0.6"
        """;

    private const string PreferenceExamples = """
        Five answers under directions near the preference
          decodealign generate "Once upon a time" --decoder rps --preference "positivity=0.8,brevity=0.6"
        The whole neighbourhood of 30°, evenly; or drawn from it at random
          decodealign generate "Once upon a time" --decoder rps --preference "positivity=0.8,brevity=0.6" --sampler symmetric
          decodealign generate "Once upon a time" --decoder rps --preference "dialogue=1,brevity=0,positivity=1" --sampler cap --neighbourhood 20 --directions 8 --seed 3
        Over DeAL: every direction's answer is itself a search for the preference
          decodealign generate "Once upon a time" --decoder rps --inner deal --preference "positivity=0.8,dialogue=0.6" --lambda 3
        Twelve answers that go to the better directions
          decodealign generate "Once upon a time" --decoder rps --preference "positivity=0.8,brevity=0.6" --adaptive --directions 4 --answers 12
        Your own objectives, model and wording
          decodealign generate "Tell me of foxes." --decoder rps --model path/to/folder --preference "foxes=0.8,short=0.6" --objective "foxes=coverage=fox~" --objective "short=length=..40" --conditioner "Weights: foxes {foxes%}, short {short%}. {prompt}"
        """;

    private const string SavingsExamples = """
        The same text at the cost of the naive search, and with the few passes of a long pipeline
          decodealign generate "Once upon a time" --heuristic "coverage=fox,river" --savings none
          decodealign generate "Once upon a time" --heuristic "coverage=fox,river" --savings "all,pipeline=16"
        The best text within 2,000 token evaluations, or within 5 seconds
          decodealign generate "Once upon a time" --must-include fox --budget 2000
          decodealign generate "Once upon a time" --must-include fox --deadline 5s
        Cheaper searches that may change the text
          decodealign generate "Once upon a time" --heuristic "coverage=fox" --segment-length 4
          decodealign generate "Once upon a time" --heuristic "coverage=fox" --lookahead 8 --lookahead-entropy 2
          decodealign generate "Once upon a time" --heuristic "coverage=fox" --lookahead 8 --halve-lookaheads
        The text as soon as it is certain
          decodealign generate "Once upon a time" --must-include fox --stream
        """;

    private const string ModelExamples = """
        Download a model, list the downloaded models, and inspect a folder
          decodealign pull HuggingFaceTB/SmolLM2-135M-Instruct
          decodealign models
          decodealign inspect path/to/folder
        Run it with its weights in half the memory
          decodealign generate "The weather today" --model path/to/folder --weight-format bf16 --words 20..40
        On a GPU, in a build with TorchSharp (docs/gpu.md)
          decodealign generate "The weather today" --model path/to/folder --device cuda --dtype bf16
        """;

    private const string ConfigurationExamples = """
        {
          "defaults": { "model": "path/to/folder", "max-tokens": 60 },
          "profiles": {
            "vivid": { "heuristic": ["vividness=default"], "lambda": 3, "no-repeat": 3 },
            "fast": { "decoder": "greedy" }
          }
        }
          decodealign generate "Once upon a time" --profile vivid
          decodealign generate "Once upon a time" --profile vivid --lambda 5
        """;

    private const string OutputExamples = """
          decodealign generate "Once upon a time" --must-include fox -v
          decodealign generate "A fox as JSON: " --json-schema fox.schema.json --quiet
          decodealign generate "Once upon a time" --quiet --with-prompt
          decodealign generate "Once upon a time" --decoder beam --json=all
          decodealign generate "Once upon a time" --must-include fox --trace why.html
        """;
}
