using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The README's lines of C#: the names it uses above, the rest between the two marks; a test holds them against the README.</summary>
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
            Constraints = [new AllOf(new RequiredPhrases(words), new SentenceEnd())],  // what must hold
            Heuristics = [new(new KeywordCoverage(words))],                            // what is preferred
            AskForAlignment = true,                                                    // "Words: fox, river." before the prompt
            Decoder = Decoders.GridBeam(),                                             // how to search
            MaxTokens = 48,
        });
        Console.WriteLine($"{result.Text}\nlog P {result.Answer.LogProbability:0.0}, {result.Statistics.TokenEvaluations} token evaluations");
        // README
    }
}
