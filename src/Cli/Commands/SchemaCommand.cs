using System.CommandLine;
using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Cli;

/// <summary><c>schema</c>: what a JSON Schema makes a model write, before any model runs.</summary>
internal static class SchemaCommand
{
    private const int MostBytes = 64 << 20, Samples = 9;

    private const string Examples = """
        decodealign schema order.schema.json
        decodealign schema order.schema.json --check orders.jsonl --openness open
        decodealign schema order.schema.json --model path/to/folder --json
        """;

    public static Command Create(Terminal terminal, IModelSource models, Option<bool> json)
    {
        var file = new Argument<string>("FILE") { Description = "The schema." };
        var model = new Option<string?>("--model") { Description = "A folder that holds a tokenizer; the weights need not be there. Default: the embedded model's.", HelpName = "DIR" };
        var check = new Option<string?>("--check") { Description = "A file of instances, one JSON value a line: whether each can be written, as it stands. Exit code 3 if one can't.", HelpName = "FILE" };
        var openness = new Option<SchemaOpenness>("--openness") { Description = "Whether properties that the schema does not list are written where it does not speak of them: closed or open. Default closed." };
        var order = new Option<PropertyOrder>("--property-order") { Description = "The order of properties: aslisted or any. Default aslisted." };
        var space = new Option<JsonWhiteSpace>("--white-space") { Description = "White space that may be written: compact, onespace or indented. Default onespace.", DefaultValueFactory = _ => JsonWhiteSpace.OneSpace };
        var seed = new Option<int>("--seed") { Description = "Seed of the random instances. Default 0." };
        var command = new HelpfulCommand("schema", "Shows what a JSON Schema makes a model write. That is: what of it is only an annotation, how many tokens it takes, random instances; and whether instances of a file can be written.", Examples) { file, model, check, openness, order, space, seed };
        command.SetAction(parsed =>
        {
            var options = new JsonSchemaOptions { Openness = parsed.GetValue(openness), Order = parsed.GetValue(order), WhiteSpace = parsed.GetValue(space) };
            var schema = Read(parsed.GetValue(file)!, options);
            var text = new SchemaText(schema, models.LoadTokenizer(parsed.GetValue(model)));
            var random = new Random(parsed.GetValue(seed));
            var written = Enumerable.Range(0, Samples).Select(_ => text.Write(random)).ToList();
            var instances = parsed.GetValue(check) is { } path ? Check(text, path) : null;
            var output = new SchemaOutput($"{options.Openness}", $"{options.Order}", $"{options.WhiteSpace}", schema.Notes, text.LeastTokens(), written.Select(one => one.Tokens).Order().ElementAt(Samples / 2), [.. written.Take(3).Select(one => one.Text)], instances);
            if (parsed.GetValue(json)) terminal.Out.WriteLine(JsonSerializer.Serialize(output, CliJson.Readable.SchemaOutput));
            else Print(output, terminal.Out);
            return instances?.Any(one => !one.IsTaken) == true ? ExitCode.RequirementNotMet : ExitCode.Done;
        });
        return command;
    }

    private static JsonSchema Read(string path, JsonSchemaOptions options)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new UsageException($"'{path}' has more than {MostBytes} bytes");
            return new(File.ReadAllText(path), $"JSON Schema '{Path.GetFileName(path)}'", options);
        }
        catch (Exception fault) when (fault is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(fault is ArgumentException { ParamName: { } name } ? fault.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : fault.Message);
        }
    }

    private static List<CheckedInstance> Check(SchemaText text, string path)
    {
        try
        {
            return [.. File.ReadLines(path).Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)).Select(line => (line.Index, Until: text.Until(line.Item.Trim()))).Select(line => new CheckedInstance(line.Index + 1, line.Until is null, line.Until))];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--check: {fault.Message}");
        }
    }

    private static void Print(SchemaOutput output, TextWriter writer)
    {
        writer.WriteLine($"properties   {(output.Openness == nameof(SchemaOpenness.Closed) ? "closed: those not listed are written only where the schema speaks of them" : "open: those not listed are written, too")}; order {output.Order}; white space {output.WhiteSpace}");
        writer.WriteLine($"tokens       at least {output.LeastTokens}, typically {output.TypicalTokens}");
        foreach (var note in output.Notes) writer.WriteLine($"note         {note}");
        foreach (var instance in output.Instances) writer.WriteLine($"for example  {instance}");
        foreach (var one in output.Checked ?? []) writer.WriteLine(one.IsTaken ? $"line {one.Line}: can be written" : $"line {one.Line}: can't be written after {one.Until}");
    }
}
