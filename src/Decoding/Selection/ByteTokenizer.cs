using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>Makes each byte of a text a token, for texts that no model of ours wrote.</summary>
internal sealed class ByteTokenizer : ITokenizer
{
    private static readonly byte[] All = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    public static ByteTokenizer Instance { get; } = new();

    public static ModelFacts Facts { get; } = new()
    {
        Name = "text",
        VocabularySize = All.Length,
        ContextLength = int.MaxValue,
        EosIds = [],
        TokenizerFingerprint = Instance.Fingerprint,
        Capabilities = ModelCapabilities.None,
    };

    public int VocabularySize => All.Length;

    public string Fingerprint => "bytes";

    public int[] Encode(string text, bool addSpecialTokens = true) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

    public ReadOnlySpan<byte> TokenBytes(int id) => All.AsSpan(id, 1);

    public string TokenText(int id) => ((char)id).ToString();

    public bool IsSpecial(int id) => false;
}
