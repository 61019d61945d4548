using DecodeAlign.Decoding;
using DecodeAlign.MicrosoftTokenizers;
using DecodeAlign.Models;
using Microsoft.ML.Tokenizers;

namespace DecodeAlign.Benchmarks;

/// <summary>Each library behind one function: the ids of a text, without what a template adds.</summary>
internal static class Libraries
{
    /// <summary>Our tokenizer of a tokenizer.json or SentencePiece model.</summary>
    public static Func<string, int[]> Ours(string file) => Of(TokenizerLoader.Load(file));

    /// <summary>Microsoft's through our adapter, which cuts the words.</summary>
    public static Func<string, int[]> Adapter(string file, RankEncoding encoding) => Of(new RankFileFormat(encoding).Load(file));

    /// <summary>Microsoft's alone.</summary>
    public static Func<string, int[]> Microsoft(string file, RankEncoding encoding)
    {
        var words = new RegexPreTokenizer(new(encoding.Pattern, System.Text.RegularExpressions.RegexOptions.Compiled), encoding.SpecialTokens);
        var tokenizer = TiktokenTokenizer.Create(file, words, null, encoding.SpecialTokens);
        return text => [.. tokenizer.EncodeToIds(text)];
    }

    /// <summary>Microsoft's of a SentencePiece model.</summary>
    public static Func<string, int[]> MicrosoftSentencePiece(string file)
    {
        using var stream = File.OpenRead(file);
        var tokenizer = LlamaTokenizer.Create(stream, addBeginOfSentence: false);
        return text => [.. tokenizer.EncodeToIds(text)];
    }

    /// <summary>SharpToken's own copy of an encoding.</summary>
    public static Func<string, int[]> SharpToken(string name)
    {
        var encoding = global::SharpToken.GptEncoding.GetEncoding(name);
        return text => [.. encoding.Encode(text)];
    }

    /// <summary>Hugging Face's own library; null where its native part is not for this system.</summary>
    public static Func<string, int[]>? HuggingFace(string tokenizerJson)
    {
        if (!OperatingSystem.IsLinux() || System.Runtime.InteropServices.RuntimeInformation.OSArchitecture != System.Runtime.InteropServices.Architecture.X64) return null;
        var tokenizer = new global::Tokenizers.DotNet.Tokenizer(tokenizerJson);
        return text => Array.ConvertAll(tokenizer.Encode(text), id => (int)id);
    }

    private static Func<string, int[]> Of(ITokenizer tokenizer) => text => tokenizer.Encode(text, addSpecialTokens: false);
}
