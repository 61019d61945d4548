using System.CommandLine;
using DecodeAlign.Constraints;
using DecodeAlign.Models;

namespace DecodeAlign.Experiments;

/// <summary><c>experiments maskbench</c>: real schemas with instances, by MaskBench's own protocol.</summary>
internal static class MaskBenchCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "Cases, one a line: id, schema, tests of valid and data; may be gzipped.", Required = true };
        var tokenizer = new Option<string>("--tokenizer") { Description = "Tokenizer folder or file.", Required = true };
        var every = new Option<int>("--every") { Description = "Takes every n-th case only.", DefaultValueFactory = _ => 1 };
        var offset = new Option<int>("--from") { Description = "The first case taken.", DefaultValueFactory = _ => 0 };
        var openness = new Option<SchemaOpenness>("--openness") { Description = "Whether properties that a schema does not list may be written: what the standard says, unless closed.", DefaultValueFactory = _ => SchemaOpenness.Open };
        var examples = new Option<int>("--examples") { Description = "Wrongly judged instances to show of each kind.", DefaultValueFactory = _ => 20 };
        var id = new Option<string?>("--id") { Description = "One case only." };
        var command = new Command("maskbench", "Real JSON Schemas with valid and invalid instances: passing, refused, wrong, and the time that compiles and masks take.") { data, tokenizer, every, offset, openness, examples, id };
        command.SetAction(parsed =>
        {
            var run = new MaskBenchRun(TokenizerLoader.Load(parsed.GetValue(tokenizer)!), new() { Openness = parsed.GetValue(openness) });
            var cases = MaskBenchCase.Read(parsed.GetValue(data)!).Where((_, i) => i % parsed.GetValue(every) == parsed.GetValue(offset) % parsed.GetValue(every));
            if (parsed.GetValue(id) is { } one) cases = cases.Where(test => test.Id == one);
            // what is made once, the vocabulary's trie and the code itself, is no schema's
            run.Run(new("", """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"array","items":{"type":"number"}}}}""", [(true, """{"a": "x", "b": [1, 2.5], "c": null}""")]));
            MaskBenchReport.Print([.. cases.Select(run.Run)], parsed.GetValue(examples));
            return 0;
        });
        return command;
    }
}
