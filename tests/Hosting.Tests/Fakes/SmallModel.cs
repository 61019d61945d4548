using System.Text;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Random weights on the real engine, with a tokenizer whose tokens are printable characters.</summary>
internal static class SmallModel
{
    public static EngineModel Load(long kvBudgetTokens = 20_000, long keptTokens = 2000, int maxRows = 64, TimeSpan? memoryWait = null, int contextLength = 96, int rewards = 0)
    {
        var weights = new RandomWeights(Descriptions.Llama with { ContextLength = contextLength, RewardCount = rewards, TiedEmbeddings = rewards == 0 && Descriptions.Llama.TiedEmbeddings }, 1);
        // two runs of the layout: what a token takes is known once there is an engine
        using var probe = CpuEngine.Load(weights, new() { Threads = 1 }, "characters");
        var bytes = probe.Facts.KvBytesPerToken;
        var engine = CpuEngine.Load(weights, new() { Threads = 2, MaxRows = maxRows, KvBudgetBytes = kvBudgetTokens * bytes, PrefixCacheBytes = keptTokens * bytes }, "characters");
        return new(engine, new CharacterTokenizer(), new() { MemoryWait = memoryWait ?? TimeSpan.FromMinutes(2) });
    }

    /// <summary>Id 2 ends the text; 3 to 97 are the characters from space to tilde; the others are special.</summary>
    public sealed class CharacterTokenizer : ITokenizer
    {
        private static readonly byte[] Characters = [.. Enumerable.Range(0, 101).Select(id => (byte)(id is >= 3 and <= 97 ? id + 29 : 0))];

        public int VocabularySize => 101;

        public string Fingerprint => "characters";

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. Encoding.ASCII.GetBytes(text).Select(value => value is >= 32 and <= 126 ? value - 29 : 3)];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => IsSpecial(id) ? [] : Characters.AsSpan(id, 1);

        public string TokenText(int id) => IsSpecial(id) ? $"<{id}>" : ((char)Characters[id]).ToString();

        public bool IsSpecial(int id) => Characters[id] == 0;
    }
}
