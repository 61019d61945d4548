using System.ComponentModel;
using System.Text.Json.Serialization;
using DecodeAlign.Hosting;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

// Functions over a decoder: a call is of a function that there is, with arguments that it takes, whatever the model. Semantic Kernel and agents run it and send its result back.
var services = new ServiceCollection().AddDecodeAlign(build => build.AddDecoder("assistant", decoder => (decoder.Preset, decoder.MaxTokens) = ("greedy", 60)));
await using var provider = services.BuildServiceProvider();
var model = provider.GetRequiredService<IChatClient>();

string Feed([Description("Who is fed")] Animal animal, [Description("How many apples")] int apples)
{
    Console.WriteLine($"fed: {animal} with {apples} apples");
    return $"the {animal} has eaten";
}

// Semantic Kernel
var kernel = new Kernel();
kernel.Plugins.AddFromFunctions("zoo", [KernelFunctionFactory.CreateFromMethod(Feed, "feed")]);
var chat = model.AsBuilder().UseKernelFunctionInvocation().Build().AsChatCompletionService();
var answer = await chat.GetChatMessageContentAsync("Feed one.", new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Required() }, kernel);
Console.WriteLine($"Semantic Kernel: {answer.Content?.ReplaceLineEndings(" ")}");

// an agent of the Microsoft Agent Framework
var agent = new ChatClientAgent(model, instructions: "You feed animals.", name: "keeper", tools: [AIFunctionFactory.Create(Feed, "feed")]);
var reply = await agent.RunAsync("Feed one.", options: new ChatClientAgentRunOptions(new() { ToolMode = ChatToolMode.RequireAny }));
Console.WriteLine($"Agent: {reply.Text.ReplaceLineEndings(" ")}");

// Semantic Kernel reads enums as they are serialised
[JsonConverter(typeof(JsonStringEnumConverter<Animal>))]
internal enum Animal
{
    Fox,
    Hippo,
}
