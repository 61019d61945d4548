using System.Text;

namespace DecodeAlign.Models;

/// <summary>What kind of piece a SentencePiece model holds.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>The content of a SentencePiece model file (sentencepiece_model.proto), as far as tokenising needs it.</summary>
internal sealed class SentencePieceProto
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public List<(string Text, float Score, PieceKind Kind)> Pieces { get; } = [];

    /// <summary>Whether the model is BPE rather than Unigram.</summary>
    public bool IsBpe { get; private set; }

    public bool ByteFallback { get; private set; }

    /// <summary>Whether the mark of a space ends words rather than beginning them.</summary>
    public bool SuffixSpaces { get; private set; }

    public byte[] CharacterMap { get; private set; } = [];

    public bool AddDummyPrefix { get; private set; } = true;

    public bool RemoveExtraSpaces { get; private set; } = true;

    public bool EscapeSpaces { get; private set; } = true;

    /// <summary>An empty BPE model that falls back to bytes, to add pieces to.</summary>
    public static SentencePieceProto WithByteFallback(bool addDummyPrefix = true, bool removeExtraSpaces = false) =>
        new() { IsBpe = true, ByteFallback = true, AddDummyPrefix = addDummyPrefix, RemoveExtraSpaces = removeExtraSpaces };

    /// <summary>Adds the next piece.</summary>
    /// <exception cref="FormatException">It is not valid, or there are too many.</exception>
    public void Add(string text, float score, PieceKind kind)
    {
        if (Pieces.Count == Vocabulary.MaxSize) throw new FormatException($"more than {Vocabulary.MaxSize} pieces");
        if (!float.IsFinite(score)) throw new FormatException($"the score of piece {Pieces.Count} is not a finite number");
        if (!Enum.IsDefined(kind)) throw new FormatException($"piece {Pieces.Count} is of unknown kind {(long)kind}");
        Pieces.Add((text, score, kind));
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="FormatException">They are no such model.</exception>
    public static SentencePieceProto Read(ReadOnlySpan<byte> bytes)
    {
        var model = new SentencePieceProto();
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadField(out var number))
        {
            if (number == 1) model.ReadPiece(reader.ReadBytes());
            else if (number == 2) model.ReadTrainer(reader.ReadBytes());
            else if (number == 3) model.ReadNormalizer(reader.ReadBytes());
            else reader.Skip();
        }
        return model.Pieces.Count > 0 ? model : throw new FormatException("the model holds no pieces");
    }

    private void ReadPiece(ReadOnlySpan<byte> bytes)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadField(out var number))
        {
            if (number == 1) text = Text(reader.ReadBytes());
            else if (number == 2) score = reader.ReadSingle();
            else if (number == 3) kind = (PieceKind)reader.ReadInteger();
            else reader.Skip();
        }
        Add(text, score, kind);
    }

    private void ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadField(out var number))
        {
            if (number == 3)
            {
                var type = reader.ReadInteger();
                IsBpe = type is 1 or 2 ? type == 2 : throw new FormatException($"model type {type} is not supported (Unigram and BPE are)");
            }
            else if (number == 24) SuffixSpaces = reader.ReadInteger() != 0;
            else if (number == 35) ByteFallback = reader.ReadInteger() != 0;
            else reader.Skip();
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadField(out var number))
        {
            if (number == 2) CharacterMap = reader.ReadBytes().ToArray();
            else if (number == 3) AddDummyPrefix = reader.ReadInteger() != 0;
            else if (number == 4) RemoveExtraSpaces = reader.ReadInteger() != 0;
            else if (number == 5) EscapeSpaces = reader.ReadInteger() != 0;
            else reader.Skip();
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw new FormatException("a piece is not valid UTF-8");
        }
    }
}
