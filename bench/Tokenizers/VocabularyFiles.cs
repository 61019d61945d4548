using DecodeAlign.MicrosoftTokenizers;

namespace DecodeAlign.Benchmarks;

/// <summary>The vocabularies, written to a folder that goes with this.</summary>
internal sealed class VocabularyFiles : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("decodealign-").FullName;

    /// <param name="data">Third-party data; null: without it.</param>
    public VocabularyFiles(string? data)
    {
        Ranks = [Benchmarks.Ranks.Published(RankEncoding.R50k, "R50kBase"), Benchmarks.Ranks.Published(RankEncoding.Cl100k, "Cl100kBase"), Benchmarks.Ranks.Published(RankEncoding.O200k, "O200kBase")];
        if (data is not null && File.Exists(Path.Combine(data, "tokenizers", "qwen2.5", "vocab.json")))
        {
            // Llama 3's pattern with single digits
            var pattern = RankEncoding.Llama3.Pattern.Replace("{1,3}", "", StringComparison.Ordinal);
            Ranks = [.. Ranks, Benchmarks.Ranks.OfVocabulary(new("qwen2.5", 0, pattern, new Dictionary<string, int>()), Path.Combine(data, "tokenizers", "qwen2.5", "vocab.json"))];
        }
        foreach (var ranks in Ranks)
        {
            ranks.WriteRankFile(RankFile(ranks));
            ranks.WriteTokenizerJson(TokenizerJson(ranks));
        }
        var phi = data is null ? null : Path.Combine(data, "tokenizers", "phi-3-mini", "tokenizer.json");
        if (!File.Exists(phi)) return;
        (Phi3Json, Phi3Model) = (phi, Path.Combine(_folder, "phi-3.model"));
        SentencePieceProto.Write(phi, Phi3Model);
    }

    public IReadOnlyList<Ranks> Ranks { get; }

    /// <summary>Phi-3's tokenizer.json; null: not there.</summary>
    public string? Phi3Json { get; }

    /// <summary>The same as a SentencePiece model.</summary>
    public string? Phi3Model { get; }

    public string RankFile(Ranks ranks) => Path.Combine(_folder, $"{ranks.Encoding.Name}.tiktoken");

    public string TokenizerJson(Ranks ranks) => Path.Combine(_folder, $"{ranks.Encoding.Name}.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
