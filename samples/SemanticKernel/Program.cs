using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

// Semantic Kernel over a decoder: its prompts and functions are answered by a search, and what must hold, holds.
var builder = Kernel.CreateBuilder();
builder.Services.AddDecodeAlign(build => build.AddDecoder("story", decoder =>
{
    (decoder.Preset, decoder.MaxTokens) = ("grid-beam", 60);
    decoder.Constraints.Add("must-include=fox,river");
    decoder.Constraints.Add("whole-sentences");
}));
builder.Services.AddSingleton(services => services.GetRequiredService<IChatClient>().AsChatCompletionService());
var kernel = builder.Build();

var tell = kernel.CreateFunctionFromPrompt("{{$beginning}}", functionName: "tell");
Console.WriteLine(await kernel.InvokeAsync(tell, new() { ["beginning"] = args.FirstOrDefault() ?? "Once upon a time" }));
