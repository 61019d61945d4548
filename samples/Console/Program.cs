using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using DecodeAlign.Text;
using Microsoft.Extensions.DependencyInjection;

// the embedded model, and a decoder that prefers texts with a fox and a river
await using var services = new ServiceCollection()
    .AddDecodeAlign(build => build.AddDecoder("story", decoder =>
    {
        decoder.MaxTokens = 48;
        decoder.Settings["lambda"] = 10;
        decoder.Settings["lookahead"] = 8;
        decoder.Heuristics.Add("coverage=fox,river");
    }))
    .BuildServiceProvider();
var story = services.GetRequiredService<HostedDecoder>();

// what must hold goes with a request; the text comes as soon as it is certain
var request = story.CreateRequest(args.FirstOrDefault() ?? "Once upon a time") with { Constraints = [new RequiredPhrases([Keyword.Of("fox")])] };
await foreach (var piece in story.StreamAsync(request))
{
    Console.Write(piece.Text);
    if (piece.Result is { } result) Console.WriteLine($"\n[{result.Answer.FinishReason}, {result.Statistics.TokenEvaluations} evaluations]");
}
