using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using DecodeAlign.Decoding;
using DecodeAlign.Models;
using Newtonsoft.Json.Linq;
using NJsonSchema.Validation;

namespace DecodeAlign.Tests;

/// <summary>Random texts under masks over real vocabularies, for real schemas, judged by a validator that is not ours: none is wrong, none is cut short.</summary>
public class SampledOutputTests
{
    private static readonly int Texts = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 1000, "middle" => 100, _ => 24 };
    private static readonly string[] Vocabularies = ["tokenizers/qwen2.5", "tokenizers/smollm", "tokenizers/mistral/mistral-v3.model"];

    [Fact]
    public void Restrict_RealSchemasAndVocabularies_WritesValidInstances()
    {
        var tokenizers = Vocabularies.Select(name => TokenizerLoader.Load(SharedData.Require(name))).ToList();
        var schemas = Schemas().ToList();
        var (faults, written, draft4) = (new List<string>(), 0, 0);
        // more than are asked for: some schemas are refused, by us or by the validator
        for (var seed = 0; written < Texts && seed < 5 * Texts; seed++)
        {
            var random = new Random(seed);
            var (id, schema) = schemas[random.Next(schemas.Count)];
            if (Judge(schema) is not { } judge || Write(schema, tokenizers[seed % tokenizers.Count], random) is not { } text) continue;
            written++;
            if (schema.Contains("draft-04", StringComparison.Ordinal)) draft4++;
            if (judge(text) is { } fault) faults.Add($"{seed} {id}: {fault}: {text}");
        }
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Equal(Texts, written);
        TestContext.Current.TestOutputHelper?.WriteLine($"{written} texts, {draft4} of draft 4");
    }

    private static IEnumerable<(string Id, string Schema)> Schemas()
    {
        using var text = new StreamReader(new GZipStream(File.OpenRead(SharedData.Require("eval/jsonschemabench/dev.jsonl.gz")), CompressionMode.Decompress));
        for (var i = 0; text.ReadLine() is { } line; i++)
        {
            if (i % 5 != 2) continue;
            using var json = JsonDocument.Parse(line, new() { MaxDepth = 512 });
            yield return (json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("schema").GetRawText());
        }
    }

    // null: no validator knows the edition, or something that the schema uses
    private static Func<string, string?>? Judge(string text)
    {
        try
        {
            var node = JsonNode.Parse(text);
            if (node is JsonObject root && root["$schema"]?.ToString() is { } draft)
            {
                // draft 4 differs from draft 6 by what its boolean bounds and its 'id' mean
                if (draft.Contains("draft-04", StringComparison.Ordinal) && (text.Contains("\"exclusiveM", StringComparison.Ordinal) || text.Contains("\"id\"", StringComparison.Ordinal))) return Draft4(text);
                if (!draft.Contains("draft-06", StringComparison.Ordinal) && !draft.Contains("draft-07", StringComparison.Ordinal)) root["$schema"] = "http://json-schema.org/draft-06/schema#";
            }
            else if (node is JsonObject) node["$schema"] = "https://json-schema.org/draft/2020-12/schema";
            var schema = Json.Schema.JsonSchema.FromText(node!.ToJsonString());
            return instance => schema.Evaluate(JsonDocument.Parse(instance).RootElement, new() { RequireFormatValidation = true }).IsValid ? null : "is not valid";
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static Func<string, string?>? Draft4(string text)
    {
        try
        {
            var schema = NJsonSchema.JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult();
            return instance => schema.Validate(instance).FirstOrDefault(fault => IsReal(fault, JToken.Parse(instance))) is { } fault ? $"is not valid: {fault}" : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    // it asks what is no object for required properties, which the standard does not
    private static bool IsReal(ValidationError fault, JToken instance)
    {
        if (fault is ChildSchemaValidationError several)
        {
            var isAny = fault.Kind is ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf;
            return isAny ? several.Errors.Values.All(faults => faults.Any(one => IsReal(one, instance))) : several.Errors.Values.Any(faults => faults.Any(one => IsReal(one, instance)));
        }
        if (fault is not { Kind: ValidationErrorKind.PropertyRequired, Path: { } path, Property: { } property } || !path.EndsWith(property, StringComparison.Ordinal)) return true;
        return instance.SelectToken(path[..^property.Length].TrimStart('#', '/').TrimEnd('.', '/')) is null or JObject;
    }

    private static string? Write(string text, Tokenizer tokenizer, Random random)
    {
        DecodeAlign.Constraints.JsonSchema schema;
        try
        {
            schema = new(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
        var end = Enumerable.Range(0, tokenizer.VocabularySize).First(tokenizer.IsSpecial);
        var enough = Generation.Context(tokenizer, "", 8000, end);
        int limit;
        try
        {
            using var first = schema.Open(enough);
            limit = first.TokensNeeded(enough.Root) + random.Next(60);
        }
        catch (UnsatisfiableConstraintException)
        {
            return null;
        }
        var context = Generation.Context(tokenizer, "", limit, end);
        using var session = schema.Open(context);
        var node = context.Root;
        for (var left = limit; left > 0; left--)
        {
            var mask = new TokenMask(context.Model.VocabularySize, allowed: true);
            session.Restrict(node, left, mask);
            var allowed = Enumerable.Range(0, mask.VocabularySize).Where(token => mask[token]).ToList();
            if (allowed.Count == 0) return "no token is left";
            var token = allowed[random.Next(allowed.Count)];
            if (token == end) return GeneratedText.Decode(tokenizer, context.Tree.Path(context.Root, node));
            node = context.Tree.Append(node, token);
        }
        return "cut short";
    }
}
