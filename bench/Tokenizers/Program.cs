using DecodeAlign.Benchmarks;

// check: whether the libraries give the same ids, by number of texts; exit code 1 where one that must does not.
// table: speed and memory on one text. Both take the folder of the third-party data, or look for ../shared/data.
if (args is not (["check" or "table", ..] and [_] or ["check" or "table", _]))
{
    Console.Error.WriteLine("usage: tokenizers check|table [DATA]");
    return 2;
}
using var files = new VocabularyFiles(args.Length > 1 ? args[1] : SharedFolder.Find());
return args[0] == "check" ? Agreement.Run(files) : SpeedTable.Run(files);
