using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The README's lines of C#, between the two marks; a test holds them against the README.</summary>
internal static class Snippet
{
    public static async Task RunAsync()
    {
        // README
        await using var model = await CpuModel.LoadAsync(EmbeddedModel.Folder);
        Keyword[] words = [Keyword.Of("fox"), Keyword.Of("river")];
        var result = await new Decoder(model).GenerateAsync(new()
        {
            Prompt = "Once upon a time",
            AskForAlignment = true,                                  // "Words: fox, river." before the prompt
            Heuristics = [new(new KeywordCoverage(words))],          // what the search ranks by
            Constraints = [new RequiredPhrases(words)],              // what must hold
            Decoder = Decoders.Deal(candidates: 4, lookahead: 8, lambda: 10),
            MaxTokens = 48,
        });
        Console.WriteLine($"{result.Text}\nlog P {result.Answer.LogProbability:0.0}, {result.Statistics.TokenEvaluations} token evaluations");
        // README
    }
}
