using DecodeAlign.Constraints;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Samples;

await using var model = await CpuModel.LoadAsync(EmbeddedModel.Folder);

// a test would do this: random texts under the constraint, compared with what the whole text says
ConstraintCheck.Run(new Commas(2), model.Tokenizer, new() { Reference = (_, text) => text.Count(letter => letter == ',') == 2 });
Console.WriteLine("Commas keeps the contract.\n");

IConstraint[] constraints = [new Commas(0), new Commas(4), new TextPredicate("no letter i", text => !text.Contains('i', StringComparison.OrdinalIgnoreCase))];
foreach (var constraint in constraints)
{
    var result = await new Decoder(model).GenerateAsync(new()
    {
        Prompt = args.FirstOrDefault() ?? "Once upon a time there was a girl. She",
        Constraints = [constraint],
        Decoder = Decoders.Beam(),
        MaxTokens = 40,
    });
    Console.WriteLine($"{constraint.Name}:{result.Text}\n");
}
