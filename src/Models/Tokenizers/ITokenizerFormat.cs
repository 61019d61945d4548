using DecodeAlign.Decoding;

namespace DecodeAlign.Models;

/// <summary>A tokenizer's file format that something beside this assembly reads (<see cref="TokenizerLoader.Load(string, IReadOnlyList{ITokenizerFormat})"/>). Implementations are safe for concurrent calls.</summary>
public interface ITokenizerFormat
{
    /// <summary>Whether a file is of this format, told by its name and its first bytes.</summary>
    /// <param name="file">A file that exists.</param>
    bool Reads(string file);

    /// <summary>Loads a file of this format.</summary>
    /// <param name="file">A file that <see cref="Reads"/> takes.</param>
    /// <exception cref="ModelFormatException">The file is broken, hostile, or uses something that is not supported; the message says which.</exception>
    ITokenizer Load(string file);
}
