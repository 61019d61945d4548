using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>
/// Reads rank files: Llama 3's original <c>tokenizer.model</c>, OpenAI's <c>*.tiktoken</c>. Which encoding a file is of is told by its number of tokens.
/// Immutable; safe for concurrent calls.
/// </summary>
/// <param name="more">Encodings beside those that <see cref="RankEncoding"/> names; they go first.</param>
public sealed class RankFileFormat(params IReadOnlyList<RankEncoding> more) : ITokenizerFormat
{
    /// <inheritdoc/>
    public bool Reads(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return RankFile.Is(file);
    }

    /// <inheritdoc/>
    public ITokenizer Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var (tokens, content) = RankFile.Read(file);
        var encoding = more.Concat(RankEncoding.Known).FirstOrDefault(encoding => encoding.Ranks == tokens.Length)
            ?? throw new ModelFormatException(file, null, $"is a rank file of {tokens.Length} tokens, of no encoding that is known ({string.Join(", ", RankEncoding.Known.Select(known => $"{known.Name} has {known.Ranks}"))}): its pattern and control tokens are in no file; give them in code to RankFileFormat, or put the model's tokenizer.json beside it");
        return MicrosoftTokenizer.OfRanks(tokens, content, encoding);
    }
}
