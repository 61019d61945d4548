using System.Text;
using DecodeAlign.Tests;

namespace DecodeAlign.Benchmarks;

/// <summary>On how many nasty texts the libraries give the same ids.</summary>
internal static class Agreement
{
    private const int Texts = 10_000;

    public static int Run(VocabularyFiles files)
    {
        var failed = false;
        string[] texts = [.. NastyTexts.Make(Texts, 11)];
        // SharpToken matches UTF-16 units, as Microsoft's does alone
        string[] within = [.. NastyTexts.Make(8 * Texts, 12).Where(text => !text.Any(char.IsSurrogate)).Take(Texts)];
        foreach (var ranks in files.Ranks)
        {
            var (name, file, json) = (ranks.Encoding.Name, files.RankFile(ranks), files.TokenizerJson(ranks));
            var adapter = Libraries.Adapter(file, ranks.Encoding);
            int[][] ids = [.. texts.Select(adapter)];
            if (Libraries.HuggingFace(json) is { } reference) failed |= Report($"{name}: adapter beside Hugging Face's library", texts, ids, reference) > 0;
            if (!name.StartsWith("qwen", StringComparison.Ordinal)) failed |= Report($"{name}: adapter beside SharpToken, texts within U+FFFF", within, [.. within.Select(adapter)], Libraries.SharpToken(name)) > 0;
            failed |= Report($"{name}: adapter beside our tokenizer of the tokenizer.json", texts, ids, Libraries.Ours(json)) > 0;
            if (Report($"{name}: adapter beside Microsoft's library alone", texts, ids, Libraries.Microsoft(file, ranks.Encoding)) > 0) continue;
            Console.WriteLine("Microsoft's library is right alone now: the adapter need not cut the words any more");
            failed = true;
        }
        if (files.Phi3Json is null) Console.WriteLine("left out, without the third-party data: Qwen 2.5 as ranks, Phi-3");
        else if (Libraries.HuggingFace(files.Phi3Json) is { } reference)
        {
            string[] code = [.. Code(300)];
            foreach (var (what, some) in new[] { ("code", code), ("nasty texts", texts[..300]) })
            {
                int[][] expected = [.. some.Select(reference)];
                failed |= Report($"Phi-3, {what}: Hugging Face's library beside ours of its tokenizer.json", some, expected, Libraries.Ours(files.Phi3Json)) > 0;
                Report($"Phi-3, {what}: Hugging Face's library beside ours of its SentencePiece model", some, expected, Libraries.Ours(files.Phi3Model!));
                Report($"Phi-3, {what}: Hugging Face's library beside Microsoft's of its SentencePiece model", some, expected, Libraries.MicrosoftSentencePiece(files.Phi3Model!));
            }
        }
        return failed ? 1 : 0;
    }

    private static int Report(string what, string[] texts, int[][] ids, Func<string, int[]> other)
    {
        var different = 0;
        string? first = null;
        for (var i = 0; i < texts.Length; i++)
        {
            if (ids[i].AsSpan().SequenceEqual(other(texts[i]))) continue;
            different++;
            first ??= texts[i];
        }
        var example = first is null ? "" : $", first {System.Text.Json.JsonSerializer.Serialize(first[..Math.Min(first.Length, 60)])}";
        Console.WriteLine($"{what}: {texts.Length - different} of {texts.Length} the same{example}");
        return different;
    }

    private static IEnumerable<string> Code(int count)
    {
        string[] lines = ["def f(x):", "return x", "if x > 0:", "for i in range(10):", "print(\"hello\")", "int main() {", "}", "// comment", "x = {'a': 1, \"b\": [1, 2]}", "", "class A:", "#include <stdio.h>", "<div class=\"x\">", "\t\tbreak;", "x += 1"];
        var random = new Random(4);
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var left = random.Next(2, 9); left > 0; left--) text.Append(new string(' ', random.Next(4) * 4)).Append(lines[random.Next(lines.Length)]).Append('\n');
            yield return text.ToString();
        }
    }
}
