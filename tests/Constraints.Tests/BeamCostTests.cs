using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Each token of each hypothesis is read once, whatever the beam: no text is read again from its beginning.</summary>
public class BeamCostTests
{
    private static readonly TextConstraint[] Constraints =
    [
        new JsonSchema("""{"type":"array","items":{"type":"object","properties":{"a":{"type":"string","maxLength":5000},"b":{"type":"integer"}},"required":["a"]}}"""),
        new GrammarMatch("root ::= \"(\" root* \")\" | [a-z]+"),
        new RegexMatch("([a-z]+ )*[0-9]{1,40}"),
        new AfterMarker("ab", new RegexMatch("[a-z0-9]*"), 90),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    public void Restrict_Beam_ReadsEachTokenOnce(int beam)
    {
        foreach (var constraint in Constraints)
        {
            var tokens = new CountingTokenizer(SchemaText.Bytes);
            var context = Generation.Context(tokens, "", 200, 0);
            using var session = constraint.Open(context);
            session.Restrict(context.Root, 200, new(tokens.VocabularySize, allowed: true));
            var (random, live, appended, before) = (new Random(1), Enumerable.Repeat(context.Root, beam).ToList(), new HashSet<int>(), tokens.Reads);
            for (var left = 200; left > 120; left--)
                for (var i = 0; i < beam; i++)
                {
                    var mask = new TokenMask(tokens.VocabularySize, allowed: true);
                    session.Restrict(live[i], left, mask);
                    var allowed = Enumerable.Range(1, tokens.VocabularySize - 1).Where(token => mask[token]).ToList();
                    if (allowed.Count > 0) appended.Add(live[i] = context.Tree.Append(live[i], allowed[random.Next(allowed.Count)]));
                }
            foreach (var node in live) session.Accepts(node);
            Assert.InRange(appended.Count, 1, 80 * beam);
            // asked for by what stands, by how keywords are spelled and by what precedes a marker
            Assert.InRange(tokens.Reads - before, appended.Count, 3 * appended.Count);
        }
    }

    private sealed class CountingTokenizer(ITokenizer inner) : ITokenizer
    {
        public long Reads { get; private set; }

        public int VocabularySize => inner.VocabularySize;

        public string Fingerprint => inner.Fingerprint;

        public int[] Encode(string text, bool addSpecialTokens = true) => inner.Encode(text, addSpecialTokens);

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => inner.Decode(ids, skipSpecialTokens);

        public ReadOnlySpan<byte> TokenBytes(int id)
        {
            Reads++;
            return inner.TokenBytes(id);
        }

        public string TokenText(int id) => inner.TokenText(id);

        public bool IsSpecial(int id) => inner.IsSpecial(id);
    }
}
