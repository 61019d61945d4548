using System.Text.Json;
using System.Text.RegularExpressions;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>The instruction types of IFEval (arXiv 2311.07911) that constraints express, each with a check that is written apart from it.</summary>
public class InstructionTests
{
    private const string Any = @"[\s\S]*";

    private static readonly ByteTokenizer Vocabulary = ByteTokenizer.Of(
        "", " ", "\n", "\n\n", ",", ".", "! ", "*", "* ", "- ", "***", "******", "\"", "<<", ">>", "[", "]", "{", "}", ":", "P.S.", "Section ", "1", "2", "a", "e", "fox", " fox", "The", " red", "NASA ", "YES", "no", "My answer is yes.", "My answer is no.", "Say it", "k", "R");

    private static readonly Dictionary<string, (TextConstraint Constraint, Func<string, bool> Check)> Types = new()
    {
        ["punctuation:no_comma"] = (new RegexMatch("[^,]*"), text => !text.Contains(',')),
        ["length_constraints:number_words"] = (new WordCount(3, 8), text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetterOrDigit)) is >= 3 and <= 8),
        ["length_constraints:number_sentences"] = (new SentenceCount(2, 3), text => Reference.Sentences(text, ended: true) is 2 or 3),
        ["length_constraints:number_paragraphs"] = (new RegexMatch(@"(?:[^*]*\w[^*]*\*\*\*){2}[^*]*\w[^*]*"), text => text.Split("***") is { Length: 3 } parts && parts.All(part => part.Trim().Length > 0)),
        ["length_constraints:nth_paragraph_first_word"] = (new RegexMatch(@"(?:[^\n]+\n\n)fox(?:[ .,!][^\n]*)?(?:\n\n[^\n]+)*"), text => text.Split("\n\n") is { Length: >= 2 } parts && Regex.IsMatch(parts[1], @"^fox\b")),
        ["keywords:existence"] = (new RequiredPhrases([Keyword.Of("fox"), Keyword.Of("red")]), text => Regex.IsMatch(text, @"(?<!\w)fox(?!\w)") && Regex.IsMatch(text, @"(?<!\w)red(?!\w)")),
        ["keywords:forbidden_words"] = (new ForbiddenPhrases([Keyword.Of("fox")]), text => !Regex.IsMatch(text, @"(?<![\p{L}\p{Nd}])fox(?![\p{L}\p{Nd}])")),
        ["keywords:frequency"] = (new RegexMatch($"(?:{Any}fox){{2,}}{Any}"), text => Regex.Count(text, "fox") >= 2),
        ["keywords:letter_frequency"] = (new RegexMatch("[^eE]*(?:[eE][^eE]*){3}"), text => text.ToLowerInvariant().Count(letter => letter == 'e') == 3),
        ["change_case:english_lowercase"] = (new RegexMatch(@"\P{Lu}*"), text => !text.Any(char.IsUpper)),
        ["change_case:english_capital"] = (new RegexMatch(@"\P{Ll}*"), text => !text.Any(char.IsLower)),
        ["change_case:capital_word_frequency"] = (new RegexMatch($"(?:{Any} [A-Z]+ ){{2}}{Any}"), text => Regex.Count(text, @"(?<!\S)[A-Z]+(?!\S)") >= 2),
        ["startend:quotation"] = (new RegexMatch($"\"{Any}\""), text => text.Length > 1 && text[0] == '"' && text[^1] == '"'),
        ["startend:end_checker"] = (new RegexMatch($"{Any}Say it\\."), text => text.EndsWith("Say it.", StringComparison.Ordinal)),
        ["detectable_format:number_bullet_lists"] = (new RegexMatch(@"(?:(?:[^*\-\n][^\n]*)?\n)*[*-] [^\n]*(?:\n(?:[^*\-\n][^\n]*)?)*\n[*-] [^\n]*(?:\n(?:[^*\-\n][^\n]*)?)*"), text => Regex.Count(text, @"^[*-] ", RegexOptions.Multiline) == 2),
        ["detectable_format:number_highlighted_sections"] = (new RegexMatch($@"(?:{Any}\*[^*\n]*[^*\s][^*\n]*\*){{2}}{Any}"), text => Regex.Count(text, @"\*[^*\n]*[^*\s][^*\n]*\*") >= 2),
        ["detectable_format:title"] = (new RegexMatch($"{Any}<<[^<>\\n]*\\w[^<>\\n]*>>{Any}"), text => Regex.IsMatch(text, "<<[^\n]+>>")),
        ["detectable_format:multiple_sections"] = (new RegexMatch($@"(?:{Any}Section \d){{2}}{Any}"), text => Regex.Count(text, @"Section \d") >= 2),
        ["detectable_format:json_format"] = (new JsonSchema("true"), IsJson),
        ["detectable_format:constrained_response"] = (new OneOf("My answer is yes.", "My answer is no."), text => text is "My answer is yes." or "My answer is no."),
        ["detectable_content:postscript"] = (new RegexMatch($"{Any}P\\.S\\.{Any}"), text => text.Contains("P.S.")),
        ["detectable_content:number_placeholders"] = (new RegexMatch($@"(?:{Any}\[[^\[\]]+\]){{2}}{Any}"), text => Regex.Count(text, @"\[.*?\]", RegexOptions.Singleline) >= 2),
        ["combination:repeat_prompt"] = (new RegexMatch($"Say it{Any}"), text => text.StartsWith("Say it", StringComparison.Ordinal)),
        ["combination:two_responses"] = (new RegexMatch(@"[^*]*\w[^*]*\*{6}[^*]*\w[^*]*"), text => text.Split("******") is { Length: 2 } parts && parts.All(part => part.Trim().Length > 0)),
    };

    public static TheoryData<string> Cases => [.. Types.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Allowed_RandomChoices_FollowTheInstruction(string type)
    {
        var (constraint, check) = Types[type];
        for (var seed = 0; seed < 15; seed++)
        {
            var random = new Random(seed);
            var context = Generation.Context(Vocabulary, "", 30, 0);
            using var session = constraint.Open(context);
            var node = context.Root;
            for (var left = 30; ; left--)
            {
                Assert.True(left > 0, "cut short");
                var mask = new TokenMask(Vocabulary.VocabularySize, allowed: true);
                session.Restrict(node, left, mask);
                var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToList();
                var token = allowed[random.Next(allowed.Count)];
                if (token == 0) break;
                node = context.Tree.Append(node, token);
            }
            Assert.True(check(context.Text(node)), $"\"{context.Text(node)}\"");
            Assert.True(constraint.IsMetBy(context.Text(node)));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void IsMetBy_RandomTexts_NeverPassesWhatTheCheckRefuses(string type)
    {
        var (constraint, check) = Types[type];
        var (random, refused) = (new Random(9), 0);
        for (var i = 0; i < 400; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => Vocabulary.TokenText(random.Next(1, Vocabulary.VocabularySize))));
            if (check(text)) continue;
            Assert.False(constraint.IsMetBy(text), text);
            refused++;
        }
        Assert.NotEqual(0, refused);
    }

    [Fact]
    public void Types_OfThePublishedHalf_AreAllNamedButTheLanguage()
    {
        var path = SharedData.Require("eval/ifeval/input_data.half.jsonl");
        var published = File.ReadLines(path).SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("instruction_id_list").EnumerateArray().Select(id => id.GetString()!)).Distinct();
        Assert.Equal(["language:response_language"], published.Except(Types.Keys));
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
