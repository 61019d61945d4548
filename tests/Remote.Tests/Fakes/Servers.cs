using DecodeAlign.Decoding;
using DecodeAlign.Remote;

namespace DecodeAlign.Tests;

/// <summary>Fake servers by name, and models over them.</summary>
internal static class Servers
{
    public static FakeServer Make(string kind, TableEngine engine, ITokenizer? tokenizer = null)
    {
        tokenizer ??= new LetterTokenizer(engine.Facts.VocabularySize);
        return kind switch
        {
            "llama.cpp" => new FakeLlamaCpp(engine) { Tokenizer = tokenizer },
            "SGLang" => new FakeSglang(engine) { Tokenizer = tokenizer },
            "vLLM" => new FakeVllm(engine) { Tokenizer = tokenizer },
            _ => throw new ArgumentException(kind),
        };
    }

    public static Task<RemoteModel> ConnectAsync(this FakeServer server, RemoteModelOptions? options = null) =>
        RemoteModel.ConnectAsync(server.Address, new LetterTokenizer(server.Engine.Facts.VocabularySize), server.Engine.Facts.EosIds, (options ?? new() { RetryDelay = TimeSpan.FromMilliseconds(1) }) with { Client = server.Client() }, TestContext.Current.CancellationToken);

    public static TheoryData<string> Kinds => ["llama.cpp", "SGLang", "vLLM"];
}
