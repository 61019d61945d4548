using System.Buffers.Text;
using System.Globalization;
using DecodeAlign.Models;

namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>A rank file, as tiktoken writes them: on each line a token in base64, a space and its rank, which is its id and tells which merge goes first.</summary>
internal static class RankFile
{
    /// <summary>Larger files are refused: some ten times the largest there is.</summary>
    private const long MaxBytes = 32L << 20;

    private const int MaxLine = 4096;

    /// <summary>Whether a file begins as rank files do.</summary>
    public static bool Is(string file)
    {
        using var stream = File.OpenRead(file);
        var start = new byte[MaxLine];
        var line = start.AsSpan(0, stream.ReadAtLeast(start, MaxLine, throwOnEndOfStream: false));
        return line.IndexOf((byte)'\n') is > 0 and var end && TryRead(line[..end], out _, out _);
    }

    /// <summary>The tokens' bytes by rank, and the file as it is.</summary>
    /// <exception cref="ModelFormatException">The file is too large, a line is none of a rank file, a rank is missing or given twice, or a byte has no token of its own.</exception>
    public static (byte[][] Tokens, byte[] Content) Read(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > MaxBytes) throw new ModelFormatException(file, null, $"{length} bytes; a rank file has at most {MaxBytes}");
        var content = File.ReadAllBytes(file);
        var found = new Dictionary<int, byte[]>();
        var number = 0;
        foreach (var range in content.AsSpan().Split((byte)'\n'))
        {
            number++;
            var line = content.AsSpan(range).TrimEnd((byte)'\r');
            if (line.IsEmpty) continue;
            if (line.Length > MaxLine || !TryRead(line, out var token, out var rank)) throw new ModelFormatException(file, $"line {number}", "is not a token in base64, a space and its rank");
            if (!found.TryAdd(rank, token)) throw new ModelFormatException(file, $"line {number}", $"gives rank {rank} a second time");
        }
        var tokens = new byte[found.Count][];
        for (var rank = 0; rank < tokens.Length; rank++)
            tokens[rank] = found.GetValueOrDefault(rank) ?? throw new ModelFormatException(file, null, $"has {tokens.Length} tokens, and none has rank {rank}");
        var single = tokens.Where(token => token.Length == 1).Select(token => token[0]).ToHashSet();
        if (single.Count < 256) throw new ModelFormatException(file, null, $"has tokens for {single.Count} of the 256 bytes: some texts could not be written");
        if (tokens.Select(Convert.ToHexString).Distinct().Count() is var distinct && distinct < tokens.Length) throw new ModelFormatException(file, null, $"gives {tokens.Length - distinct} tokens a second rank");
        return (tokens, content);
    }

    private static bool TryRead(ReadOnlySpan<byte> line, out byte[] token, out int rank)
    {
        (token, rank) = ([], 0);
        var space = line.IndexOf((byte)' ');
        if (space <= 0 || !int.TryParse(line[(space + 1)..].TrimEnd((byte)'\r'), NumberStyles.None, CultureInfo.InvariantCulture, out rank) || !Base64.IsValid(line[..space], out var length)) return false;
        token = new byte[length];
        return length > 0 && Base64.DecodeFromUtf8(line[..space], token, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
