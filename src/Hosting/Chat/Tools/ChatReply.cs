using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Makes a generated text the contents of a message: reasoning, text, and calls of tools. One for each response, which may be streamed.</summary>
/// <param name="tools">The tools; null: none may be called.</param>
/// <param name="thinkingEnd">What ends the reasoning; null: there is none.</param>
internal sealed class ChatReply(ToolCalls? tools, string? thinkingEnd)
{
    private readonly System.Text.StringBuilder _text = new();
    private int _delivered;

    /// <summary>The contents of a whole text.</summary>
    public IList<AIContent> Read(string text) => [.. Next(text), .. End(text)];

    /// <summary>What one more piece adds that is certain.</summary>
    public IEnumerable<AIContent> Next(string piece)
    {
        _text.Append(piece);
        var text = _text.ToString();
        var (start, thought) = Answer(text);
        if (start < 0) return Deliver(text, thought, isThought: true);
        List<AIContent> contents = [.. Deliver(text, thought, isThought: true)];
        _delivered = Math.Max(_delivered, start);
        contents.AddRange(Deliver(text, start + (tools?.LengthBeforeCalls(text[start..]) ?? text.Length - start), isThought: false));
        return contents;
    }

    /// <summary>What is left when the text has ended.</summary>
    public IEnumerable<AIContent> End(string text)
    {
        var (start, _) = Answer(text);
        if (start < 0) return Deliver(text, text.Length, isThought: true);
        if (tools?.Read(text[start..]) is not { Calls: { Count: > 0 } calls } reply) return Deliver(text, text.Length, isThought: false);
        return [.. Deliver(text, start + reply.Text.Length, isThought: false), .. calls.Select(Call)];
    }

    /// <summary>Why a message ended.</summary>
    public static ChatFinishReason Reason(FinishReason reason, IEnumerable<AIContent> contents) => contents.OfType<FunctionCallContent>().Any() ? ChatFinishReason.ToolCalls : FinishReasons.Of(reason);

    // where the answer begins, −1: not yet; and the end of what is certainly thought
    private (int Start, int Thought) Answer(string text)
    {
        if (thinkingEnd is null) return (0, 0);
        if (text.IndexOf(thinkingEnd, StringComparison.Ordinal) is >= 0 and var at) return (at + thinkingEnd.Length, at);
        for (var held = Math.Min(thinkingEnd.Length - 1, text.Length); held > 0; held--)
            if (text.AsSpan(text.Length - held).SequenceEqual(thinkingEnd.AsSpan(0, held))) return (-1, text.Length - held);
        return (-1, text.Length);
    }

    private AIContent[] Deliver(string text, int end, bool isThought)
    {
        if (end <= _delivered) return [];
        var piece = text[_delivered..end];
        _delivered = end;
        return [isThought ? new TextReasoningContent(piece) : new TextContent(piece)];
    }

    private static FunctionCallContent Call(ToolCall call)
    {
        using var json = JsonDocument.Parse(call.Arguments, new() { MaxDepth = 1000 });
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        // a name that is not listed may stand there twice: the last one counts, as in any reader
        foreach (var property in json.RootElement.EnumerateObject()) arguments[property.Name] = property.Value.Clone();
        return new($"call_{Guid.NewGuid():N}", call.Name, arguments);
    }
}
