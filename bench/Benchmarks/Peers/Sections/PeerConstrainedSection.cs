using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>A greedy JSON object of a schema: ours by the schema and by the grammar, llama.cpp's by the grammar, which it reads token by token.</summary>
internal static class PeerConstrainedSection
{
    private const int Prompt = 16;
    // room enough: where it is short, ours ends in time and llama.cpp does not
    private const int Most = 200;

    private const string Schema = """
        {"type": "object", "additionalProperties": false, "required": ["name", "city", "tags", "active"], "properties": {
          "name": {"type": "string", "maxLength": 24}, "city": {"enum": ["Oslo", "Paris", "Rome", "Vienna"]},
          "tags": {"type": "array", "minItems": 3, "maxItems": 3, "items": {"type": "string", "pattern": "^[a-z]{2,8}$"}}, "active": {"type": "boolean"}}}
        """;

    // the same, as one translates it; a letter may be written as its escape too
    private const string Grammar = """
        root ::= "{\"name\":" string ",\"city\":" city ",\"tags\":[" tag "," tag "," tag "],\"active\":" ("true" | "false") "}"
        string ::= "\"" char{0,24} "\""
        char ::= [^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
        city ::= "\"" ("Oslo" | "Paris" | "Rome" | "Vienna") "\""
        tag ::= "\"" letter{2,8} "\""
        letter ::= [a-z] | "\\u00" ("6" [1-9a-fA-F] | "7" [0-9aA])
        """;

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        Console.WriteLine($"\n| a JSON object of a schema | {PeerContest.Header}");
        foreach (var shape in PeersReport.Shapes)
        {
            if (!report.Wants(Name(shape, "schema")) && !report.Wants(Name(shape, "grammar"))) continue;
            using var search = new PeerSearch(shape, report.Threads);
            foreach (var (kind, constraint) in new (string, IConstraint)[] { ("schema", new JsonSchema(Schema, options: new() { WhiteSpace = JsonWhiteSpace.Compact })), ("grammar", new GrammarMatch(Grammar)) })
            {
                var name = Name(shape, kind);
                if (!report.Wants(name)) continue;
                var request = new DecodingRequest { Prompt = PeerPrompt.Text(Prompt), Decoder = Decoders.Greedy, Constraints = [constraint], MaxTokens = Most };
                // llama.cpp's texts are without the end
                int[] ids = [.. search.Run(request).Answer.Ids.Where(id => !search.Tokenizer.IsSpecial(id))];
                var checking = Same(true);
                var asking = Same(false);
                var ways = new[] { checking.Way, asking.Way }.OfType<PeerWay>().OrderBy(way => way.Milliseconds).ToArray();
                if (ways.Length == 0) report.MakeVoid(name, asking.Differ);
                else yield return PeerContest.Run(report, name, ids.Length, () => search.Run(request), ways[0], 400);
                foreach (var slower in ways.Skip(1)) slower.Owner.Dispose();

                (PeerWay? Way, string Differ) Same(bool first) => search.Quickest(ids, 1, 1, settings =>
                {
                    var greedy = new LlamaGrammar(search.Llama, settings, [.. PeerPrompt.Tokens(Prompt)], Grammar, Most, first);
                    return (greedy, greedy.Generate);
                }, first ? ", grammar asked about the choice first" : ", grammar asked about all tokens");
            }
        }
    }

    private static string Name(string shape, string kind) => $"llama.cpp/constrained/{shape}/F32/{kind}";
}
