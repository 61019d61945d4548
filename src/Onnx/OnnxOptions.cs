using DecodeAlign.Decoding;
using DecodeAlign.Models;
using Microsoft.ML.OnnxRuntime;

namespace DecodeAlign.Onnx;

/// <summary>How an ONNX model of texts is opened.</summary>
public sealed record OnnxOptions
{
    /// <summary>Most tokens of a text that are read, those that the tokenizer adds included; what is longer is cut at its end, as sentence embedders are trained. From 3 to 65,536. Default 256.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Threads of one run, at least 1. Default 1: searches that run side by side each have their own.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>The tokenizer; null (default): that of the model's folder.</summary>
    public ITokenizer? Tokenizer { get; init; }

    /// <summary>Sets what else there is to set, such as a GPU's execution provider. Null (default): nothing.</summary>
    public Action<SessionOptions>? Configure { get; init; }

    internal void Validate()
    {
        if (MaxTokens is < 3 or > 65_536) throw new ArgumentOutOfRangeException(nameof(MaxTokens), MaxTokens, "must be from 3 to 65536");
        if (Threads < 1) throw new ArgumentOutOfRangeException(nameof(Threads), Threads, "must be at least 1");
    }
}
