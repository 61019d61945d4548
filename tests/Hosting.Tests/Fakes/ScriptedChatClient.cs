using Microsoft.Extensions.AI;

namespace DecodeAlign.Tests;

/// <summary>A chat client that answers by a function of (last message, call number), each with a usage of 1 + 2 tokens.</summary>
internal sealed class ScriptedChatClient(Func<string, int, string> answer) : IChatClient
{
    private int _calls = -1;

    public List<ChatOptions?> Options { get; } = [];

    public List<IReadOnlyList<ChatMessage>> Messages { get; } = [];

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = Interlocked.Increment(ref _calls);
        lock (Options)
        {
            Options.Add(options);
            Messages.Add([.. messages]);
        }
        var text = answer(messages.Last().Text, call);
        await Task.Yield();
        return new(new ChatMessage(ChatRole.Assistant, text)) { Usage = new() { InputTokenCount = 1, OutputTokenCount = 2, TotalTokenCount = 3 } };
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ScriptedChatClient) ? this : null;

    public void Dispose()
    {
    }
}
