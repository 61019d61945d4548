using System.CommandLine;

namespace DecodeAlign.Experiments;

/// <summary><c>experiments schema-suite</c>: JSON-Schema-Test-Suite, file by file.</summary>
internal static class SchemaSuiteCommand
{
    public static Command Create()
    {
        var path = new Option<string[]>("--path") { Description = "Folders of a draft in a clone of json-schema-org/JSON-Schema-Test-Suite, such as tests/draft7.", Required = true, AllowMultipleArgumentsPerToken = true };
        var examples = new Option<int>("--examples") { Description = "Refused schemas and missed instances to show of each file.", DefaultValueFactory = _ => 0 };
        var command = new Command("schema-suite", "The public test suite of JSON Schema: schemas accepted and refused, instances judged right, missed and wrongly taken, per file.") { path, examples };
        command.SetAction(parsed => parsed.GetValue(path)!.Sum(folder => Run(folder, parsed.GetValue(examples))) == 0 ? 0 : 1);
        return command;
    }

    private static int Run(string folder, int examples)
    {
        SchemaSuiteFile[] files = [.. SchemaSuiteFile.RunAll(folder)];
        Console.WriteLine($"\n{Path.GetFileName(folder.TrimEnd('/'))}\n\n| file | accepted | refused | right | valid missed | invalid taken | of what is noted as an annotation |\n|---|---|---|---|---|---|---|");
        foreach (var file in files) Row(file.Name, [file]);
        Row("all", files);
        foreach (var file in files)
        {
            foreach (var wrong in file.Wrong) Console.WriteLine($"TAKEN {file.Name}: {wrong}");
            foreach (var refused in file.Refused.Take(examples)) Console.WriteLine($"refused {file.Name}: {refused}");
            foreach (var missed in file.Missed.Take(examples)) Console.WriteLine($"missed {file.Name}: {missed}");
        }
        return files.Sum(file => file.Wrong.Count);
    }

    private static void Row(string name, IReadOnlyList<SchemaSuiteFile> files) => Console.WriteLine(
        $"| {name} | {files.Sum(file => file.Accepted)} | {files.Sum(file => file.Refused.Count)} | {files.Sum(file => file.Right)} | {files.Sum(file => file.Missed.Count)} | {files.Sum(file => file.Wrong.Count)} | {files.Sum(file => file.Annotated.Count)} |");
}
