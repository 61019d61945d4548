using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Experiments;

/// <summary>MaskBench's protocol: compile, then read each instance's tokens under masks; a valid one has to be let through to its end, an invalid one not.</summary>
internal sealed class MaskBenchRun(Tokenizer tokenizer, JsonSchemaOptions options)
{
    private const int Limit = 1 << 16;

    // a collection of the whole heap for each schema would take longer than all else
    private const long Many = 30L << 20;

    // one for all, as of a loaded model: a schema's plan is kept for it
    private readonly ModelFacts _facts = new()
    {
        Name = "none", VocabularySize = tokenizer.VocabularySize, ContextLength = 1 << 20, EosIds = [Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial)],
        TokenizerFingerprint = tokenizer.Fingerprint, Capabilities = ModelCapabilities.Masks,
    };

    public MaskBenchResult Run(MaskBenchCase test)
    {
        var result = new MaskBenchResult(test);
        var (started, allocated) = (ThreadTime.Milliseconds(), GC.GetAllocatedBytesForCurrentThread());
        JsonSchema schema;
        try
        {
            schema = new(test.Schema, options: options);
            var context = Context();
            using var session = schema.Open(context);
            if (session.TokensNeeded(context.Root) > Limit) result.Refusal = "needs too many tokens";
        }
        catch (Exception fault) when (fault is ArgumentException or UnsatisfiableConstraintException)
        {
            result.Refusal = fault.Message;
            return Close();
        }
        Close();
        if (result.CompileBytes > Many) result.HeldBytes = Held(test.Schema);
        foreach (var (isValid, text) in test.Tests)
        {
            var taken = Read(schema, text, result.Masks.First, out var where);
            Read(schema, text, result.Masks.Second, out _);
            if (taken && !isValid) result.Taken.Add(text);
            if (!taken && isValid) result.Missed.Add($"{text[..Math.Min(where, text.Length)]}█{text[Math.Min(where, text.Length)..]}");
        }
        return result;

        MaskBenchResult Close()
        {
            (result.CompileTime, result.CompileBytes) = (ThreadTime.Milliseconds() - started, GC.GetAllocatedBytesForCurrentThread() - allocated);
            return result;
        }
    }

    private long Held(string text)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var schema = new JsonSchema(text, options: options);
        var context = Context();
        using var session = schema.Open(context);
        session.Restrict(context.Root, Limit, new(context.Model.VocabularySize, allowed: true));
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(schema);
        return held;
    }

    private GenerationContext Context()
    {
        var tree = new TokenTree();
        return new() { Tree = tree, Root = tree.AddRoot([_facts.EosIds[0]]), Prompt = "", Tokenizer = tokenizer, Model = _facts, MaxTokens = Limit };
    }

    // whether every token is allowed and the text may end; where it stopped, in characters
    private bool Read(JsonSchema schema, string text, List<float> times, out int where)
    {
        var context = Context();
        using var session = schema.Open(context);
        var (node, left, bytes) = (context.Root, Limit, 0);
        var mask = new TokenMask(context.Model.VocabularySize);
        foreach (var token in tokenizer.Encode(text, addSpecialTokens: false))
        {
            mask.SetAll();
            var started = ThreadTime.Milliseconds();
            session.Restrict(node, left--, mask);
            times.Add((float)(ThreadTime.Milliseconds() - started));
            where = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text).AsSpan(0, bytes)).Length;
            if (!mask[token]) return false;
            bytes += tokenizer.TokenBytes(token).Length;
            node = context.Tree.Append(node, token);
        }
        where = text.Length;
        return session.Accepts(node);
    }
}
