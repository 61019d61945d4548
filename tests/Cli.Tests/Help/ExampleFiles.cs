using System.Text.RegularExpressions;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>The files that examples speak of, in a folder of a test's own.</summary>
internal sealed class ExampleFiles
{
    private readonly TempFolder _folder;

    private readonly bool _chat;

    /// <param name="folder">Where they are put.</param>
    /// <param name="chat">Whether a model's folder is one with chat templates; otherwise it is the embedded model's.</param>
    public ExampleFiles(TempFolder folder, bool chat = false)
    {
        (_folder, _chat) = (folder, chat);
        folder.Write("fox.schema.json", """{"type": "object", "properties": {"name": {"enum": ["Tim", "Lily"]}}, "required": ["name"]}""");
        folder.Write("order.schema.json", """{"type": "object", "properties": {"name": {"enum": ["Tim", "Lily"]}}, "required": ["name"]}""");
        folder.Write("orders.jsonl", """{"name": "Tim"}""" + "\n");
        folder.Write("sums.gbnf", "root ::= [0-9]\n");
        folder.Write("keys.txt", "a-key-of-the-tests\n");
        folder.Write("prompts.jsonl", "\"Once upon a time\"\n");
        folder.Write("prompts.txt", "Once upon a time\n");
        folder.Write("story.txt", "Once upon a time\n");
        folder.Write("words.txt", "wolf\n");
        folder.Write("vader_lexicon.txt", "happy\t2.7\nsad\t-2.1\n");
        folder.Write("formal.tsv", "happy\t1\n");
        folder.Write("toxic.tsv", "hate\t1\n");
        folder.Write("pairs.jsonl", """
            {"prompt": "Once upon a time", "chosen": " there was a happy dog.", "rejected": " there was a sad dog who cried and cried all day long."}
            {"prompt": "Once upon a time", "chosen": " a boy laughed. He was glad.", "rejected": " a boy lost his toy and was afraid of the dark."}
            """);
        folder.Write("weights.json", """{"format": "decodealign-weights/1", "fit": {"weights": [{"key": "positivity=default", "weight": 1, "least": 0, "greatest": 2, "alone": {"share": 1, "least": 0, "greatest": 1}}, {"key": "brevity=default", "weight": 1, "least": 0, "greatest": 2, "alone": {"share": 1, "least": 0, "greatest": 1}}], "pairs": 2, "heldOut": {"share": 1, "least": 0, "greatest": 1}, "findings": []}}""");
        folder.Write("gate.txt", "*\t1 1\n");
        folder.Write("messages.json", """[{"role": "user", "content": "Hello"}]""");
        folder.Write("decodealign.json", """{ "profiles": { "vivid": { "heuristic": ["vividness=default"], "lambda": 3, "no-repeat": 3 } } }""");
        Directory.CreateDirectory(folder.File("chat"));
        folder.Write("chat/tokenizer_config.json", """{"chat_template": [{"name": "default", "template": "{{ messages[0].content }}"}, {"name": "tool_use", "template": "{{ messages[0].content }}"}]}""");
    }

    /// <summary>The argument with its files where they are.</summary>
    public string Place(string argument)
    {
        argument = argument.Replace("path/to/folder", _chat ? _folder.File("chat") : EmbeddedModel.Folder, StringComparison.Ordinal);
        return Regex.Replace(argument, @"(?<![\w/.])[\w./-]+\.(json|jsonl|html|txt|tsv|gbnf)\b", match => _folder.File(Path.GetFileName(match.Value)));
    }
}
