using DecodeAlign.Hosting;
using DecodeAlign.Samples;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

// A judge whose verdict always parses: the type's JSON schema is a hard constraint, checked in every token, so that there is nothing to retry.
// The embedded story model knows little of judging; a path to an instruction model's folder as the first argument makes the verdicts worth reading.
var folder = args.Length > 0 ? args[0] : "embedded";
await using var services = new ServiceCollection()
    .AddDecodeAlign(build => build
        .AddModel("judge", model => model.Folder = folder)
        .AddDecoder("verdict", decoder => (decoder.Preset, decoder.MaxTokens) = ("greedy", 48)))
    .BuildServiceProvider();
var client = services.GetRequiredService<IChatClient>();

foreach (var answer in new[] { "The fox crossed the river.", "42", "" })
{
    var response = await client.GetResponseAsync<Verdict>($"Task: write a sentence with the word fox.\nAnswer: {answer}\nVerdict:");
    Console.WriteLine($"{(answer.Length == 0 ? "(nothing)" : answer)}: {response.Result.Grade}, meets the task: {response.Result.MeetsTheTask}");
}
