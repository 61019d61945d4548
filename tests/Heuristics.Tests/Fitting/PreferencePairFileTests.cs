using System.IO.Compression;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public sealed class PreferencePairFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void Read_Lines_ArePairs()
    {
        _folder.Write("pairs.jsonl", """
            {"prompt": "P", "chosen": "a\nb", "rejected": "c", "more": 1}

            {"chosen": "\n\nHuman: hi\n\nAssistant: one", "rejected": "\n\nHuman: hi\n\nAssistant: other"}
            {"chosen": "good", "rejected": "go on"}
            """);
        Assert.Equal([new("P", "a\nb", "c"), new("\n\nHuman: hi\n\nAssistant:", " one", " other"), new("", "good", "go on")], PreferencePairFile.Read(_folder.File("pairs.jsonl")));
    }

    [Fact]
    public void Read_Gzip_IsUnpacked()
    {
        using (var gzip = new GZipStream(File.Create(_folder.File("pairs.jsonl.gz")), CompressionLevel.Fastest)) gzip.Write("""{"prompt": "", "chosen": "a", "rejected": "b"}"""u8);
        Assert.Equal([new("", "a", "b")], PreferencePairFile.Read(_folder.File("pairs.jsonl.gz")));
    }

    [Theory]
    [InlineData("", "holds no pairs")]
    [InlineData("{\"chosen\": \"a\"}", "line 1: needs the texts 'chosen' and 'rejected'")]
    [InlineData("{\"chosen\": \"a\", \"rejected\": 3}", "line 1: needs the texts")]
    [InlineData("{\"chosen\": \"a\", \"rejected\": \"b\"}\n[", "line 2: ")]
    public void Read_BrokenFile_NamesTheLine(string text, string expected)
    {
        _folder.Write("pairs.jsonl", text);
        Assert.Contains(expected, Assert.Throws<FormatException>(() => PreferencePairFile.Read(_folder.File("pairs.jsonl"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotGzip_IsToldApartFromAnEmptyFile()
    {
        _folder.Write("pairs.jsonl.gz", "{\"chosen\": \"a\", \"rejected\": \"b\"}");
        Assert.Contains("pairs.jsonl.gz", Assert.Throws<FormatException>(() => PreferencePairFile.Read(_folder.File("pairs.jsonl.gz"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessLine_IsRefused()
    {
        _folder.Write("pairs.jsonl", new string('x', (1 << 20) + 1));
        Assert.Contains("line 1: is longer", Assert.Throws<IOException>(() => PreferencePairFile.Read(_folder.File("pairs.jsonl"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
