using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Samples;

await using var model = await CpuModel.LoadAsync(EmbeddedModel.Folder);

// a test would do this: random paths, compared with the value of the whole text
await HeuristicCheck.RunAsync(new FewCommas(), model.Tokenizer, new() { Reference = (_, text, _) => -text.Count(letter => letter == ',') });
Console.WriteLine("FewCommas keeps the contract.\n");

foreach (var lambda in new[] { 0.0, 10.0 })
{
    var result = await new Decoder(model).GenerateAsync(new()
    {
        Prompt = args.FirstOrDefault() ?? "Once upon a time, there was a little girl. She",
        Heuristics = [new(new FewCommas())],
        Decoder = Decoders.Deal(candidates: 4, lookahead: 8, lambda: lambda),
        MaxTokens = 48,
    });
    Console.WriteLine($"λ = {lambda}, {result.Text.Count(letter => letter == ',')} commas:{result.Text}\n");
}
