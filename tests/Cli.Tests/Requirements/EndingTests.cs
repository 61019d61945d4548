using System.Text.RegularExpressions;
using DecodeAlign.Cli;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>How texts of the embedded model end where a requirement or a limit ends them: at a sentence's end, in whole words, with quotations closed.</summary>
public class EndingTests
{
    private const string Prompt = "Once upon a time";

    public static TheoryData<string> Requests => [
        "--words 10", "--words 8..14", "--words 25", "--words 40", "--characters ..60", "--characters 20..40", "--sentences 2",
        "--words 10 --decoder greedy", "--words 8..14 --decoder greedy", "--words 25 --decoder greedy", "--characters ..60 --decoder greedy", "--characters 20..40 --decoder greedy", "--sentences 2 --max-tokens 20 --decoder greedy",
        "--words 25 --decoder beam", "--characters ..60 --decoder beam", "--words 12 --decoder sample --seed 1", "--words 30 --decoder sample --seed 2", "--characters ..90 --decoder sample --seed 3",
    ];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Text_EndedByALimit_EndsWellInWholeWords(string request)
    {
        var text = await WriteAsync(request);
        Assert.Matches(@"[\p{L}\d][""”)]*[.!?…]+[""”)]*$", text);
        Assert.Equal(0, text.Count(letter => letter == '"') % 2);
        Assert.DoesNotMatch(@"[,'""-] *[,'-]|,\S", text);

        await using var model = await CpuModel.LoadAsync(EmbeddedModel.Folder, cancellationToken: TestContext.Current.CancellationToken);
        // the model itself says whether the last word is one, and whether it is at its end
        var words = Regex.Match(text, @"^(.*?)( ?[\p{L}\d'-]+)[""”)]*[.!?…]+[""”)]*$", RegexOptions.Singleline);
        var (whole, likeliest) = await ReadAsync(model, Prompt + words.Groups[1].Value, words.Groups[2].Value);
        Assert.True(whole > 0.02, $"{text}: after its last word the model gives {whole:0.0000} to a word's end");
        // a decoder that does not look for the sentence may spell on where an exact number leaves it in the midst of one
        if (request.StartsWith("--words", StringComparison.Ordinal) && request.Contains("--decoder", StringComparison.Ordinal)) return;
        Assert.True(likeliest > 1e-5, $"{text}: a token of its last word has the probability {likeliest:0.0000000}");
    }

    [Fact]
    public async Task Words_ForcedAtADeadline_EndWellAndAreSaidToBeForced()
    {
        var run = await RunAsync("generate", Prompt, "--must-include", "fox", "--deadline", "0.001ms", "--json");
        Assert.Matches(@"\w[.!?]$", run.JsonText("text"));
        Assert.Equal("had to be forced at the deadline", run.Json.GetProperty("requirements")[0].GetProperty("how").GetString());
    }

    private static async Task<string> WriteAsync(string request)
    {
        var run = await RunAsync(["generate", Prompt, "--json", .. request.Split(' ')]);
        Assert.True(run.Code == 0, run.Error);
        return run.JsonText("text");
    }

    private static async Task<CliRun> RunAsync(params string[] args)
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var (output, error) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = error };
        return new(await CommandLine.RunAsync(args, terminal, new ModelSource(terminal), TestContext.Current.CancellationToken), output.ToString(), error.ToString());
    }

    // the probability that the word ends here, and the least of its tokens
    private static async Task<(double Whole, double Likeliest)> ReadAsync(ILanguageModel model, string before, string word)
    {
        var (start, ids) = (model.Tokenizer.EncodePrompt(before), model.Tokenizer.Encode(word, addSpecialTokens: false));
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, start.Length + ids.Length, TestContext.Current.CancellationToken);
        var (node, least) = (tree.AddRoot(start), 1.0);
        var all = new double[model.Facts.VocabularySize];
        foreach (var id in ids)
        {
            await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, LogProbabilities = all } }, TestContext.Current.CancellationToken);
            least = Math.Min(least, Math.Exp(all[id]));
            node = tree.Append(node, id);
        }
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = node, LogProbabilities = all } }, TestContext.Current.CancellationToken);
        return (Enumerable.Range(0, model.Tokenizer.VocabularySize).Where(token => !BeginsWithLetter(model.Tokenizer, token)).Sum(token => Math.Exp(all[token])), least);
    }

    private static bool BeginsWithLetter(ITokenizer tokenizer, int token) => !tokenizer.IsSpecial(token) && tokenizer.TokenBytes(token) is [var first, ..] && (char.IsAsciiLetterOrDigit((char)first) || first >= 0x80);
}
