namespace DecodeAlign.Tests;

public class SchemaTests
{
    [Fact]
    public async Task Schema_FileAndInstances_SaysWhatIsWrittenAndChecks()
    {
        using var folder = new TempFolder();
        var (schema, instances) = (folder.File("s.json"), folder.File("i.jsonl"));
        await File.WriteAllTextAsync(schema, """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"reply":1}""");
        await File.WriteAllLinesAsync(instances, ["""{"a":1}""", """{"a":1,"b":2}""", """{"a":"x"}"""]);
        var run = await Cli.RunAsync("schema", schema, "--check", instances, "--json");
        Assert.Equal(3, run.Code);
        Assert.Equal("#: 'reply' is an annotation", run.Json.GetProperty("notes")[0].GetString());
        Assert.Equal([true, false, false], run.Json.GetProperty("checked").EnumerateArray().Select(line => line.GetProperty("isTaken").GetBoolean()));
        Assert.Equal(3, run.Json.GetProperty("instances").GetArrayLength());
        Assert.All(run.Json.GetProperty("instances").EnumerateArray(), text => Assert.StartsWith("{\"a\":", text.GetString(), StringComparison.Ordinal));
        Assert.InRange(run.Json.GetProperty("leastTokens").GetInt32(), 2, 10);
        Assert.Equal(0, (await Cli.RunAsync("schema", schema)).Code);
        Assert.Equal(2, (await Cli.RunAsync("schema", folder.File("none.json"))).Code);
    }

    [Fact]
    public async Task Choice_BackslashBeforeABar_IsPartOfTheText()
    {
        var run = await Cli.RunAsync("generate", "Once upon a", "--choice", " a\\|b", "--json");
        Assert.Equal(" a|b", run.JsonText("text"));
    }
}
