using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Server;

/// <summary>How results are told in OpenAI's words.</summary>
internal static class Replies
{
    public static string NewId(string kind) => $"{kind}-{Guid.NewGuid():N}";

    /// <summary>Why an answer ended. Other ends than the model's are lengths: a limit of time or work was reached.</summary>
    public static string Reason(FinishReason reason, bool calls = false) => calls ? "tool_calls" : reason is FinishReason.Eos or FinishReason.Stop or FinishReason.Constraint ? "stop" : "length";

    /// <param name="cost">What the answers cost.</param>
    /// <param name="answersEach">Answers to each prompt: the prompt's tokens are counted once.</param>
    public static Usage Usage(in DecodingStatistics cost, int answersEach)
    {
        var (prompt, shared) = (cost.PromptTokens / answersEach, cost.SharedPromptTokens);
        return new(prompt, cost.GeneratedTokens, prompt + cost.GeneratedTokens, new(Math.Min(shared, prompt)));
    }

    public static AlignmentReport? Report(Prepared prepared, Generated generated, TraceLines? trace) => !prepared.Alignment.IsGiven ? null : new()
    {
        Decoder = prepared.Chat.Request.Decoder.Name,
        Seed = prepared.Chat.Request.Seed,
        Answers = [.. generated.Choices.Select(choice => new AnswerReport
        {
            FinishReason = System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(choice.Answer.FinishReason.ToString()),
            LogProbability = choice.Answer.LogProbability,
            Score = choice.Answer.Score,
            Heuristics = [.. choice.Answer.Heuristics.Select(value => new HeuristicReport(value.Name, value.Value, value.Weight, value.Satisfied))],
            Forced = choice.Answer.Forced,
            Selection = choice.Selection?.Reason,
            Front = prepared.Chat.TellsFront ? AnswerFront.Of(choice.Answers, choice.Selection) : null,
        })],
        TokenEvaluations = generated.Cost.TokenEvaluations,
        Passes = generated.Cost.BatchedPasses,
        HeuristicCalls = generated.Cost.HeuristicCalls,
        ElapsedSeconds = generated.Cost.ElapsedSeconds,
        Trace = trace?.Lines,
    };

    /// <summary>A whole message.</summary>
    public static ChatChoice Choice(int index, ChatRequest chat, Answer answer, ChatLogprobs? logprobs)
    {
        var contents = chat.Reply().Read(answer.Text);
        var calls = Calls(contents);
        var text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text));
        var thought = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return new(index, new(calls is null || text.Length > 0 ? text : null) { ReasoningContent = thought.Length > 0 ? thought : null, ToolCalls = calls }, logprobs, Reason(answer.FinishReason, calls is not null));
    }

    /// <summary>What contents add to a message that is streamed; null: nothing.</summary>
    public static ChatDelta? Delta(IList<AIContent> contents)
    {
        if (contents.Count == 0) return null;
        var text = string.Concat(contents.OfType<TextContent>().Select(content => content.Text));
        var thought = string.Concat(contents.OfType<TextReasoningContent>().Select(content => content.Text));
        return new() { Content = text.Length > 0 ? text : null, ReasoningContent = thought.Length > 0 ? thought : null, ToolCalls = Calls(contents)?.Select((call, place) => call with { Index = place }).ToList() };
    }

    private static List<CalledTool>? Calls(IEnumerable<AIContent> contents)
    {
        var calls = contents.OfType<FunctionCallContent>().Select(call => new CalledTool { Id = call.CallId, Type = "function", Function = new(call.Name, Arguments(call)) }).ToList();
        return calls.Count > 0 ? calls : null;
    }

    private static string Arguments(FunctionCallContent call) => System.Text.Json.JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), ToolPrompt.Json.GetTypeInfo(typeof(IDictionary<string, object?>)));
}
