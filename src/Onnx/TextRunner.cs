using DecodeAlign.Decoding;
using DecodeAlign.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DecodeAlign.Onnx;

/// <summary>Runs an ONNX model on one text at a time: rows that are padded to a common length, or computed beside others, would round differently from those alone. Safe for concurrent calls.</summary>
internal sealed class TextRunner : IDisposable
{
    private const string Ids = "input_ids", Mask = "attention_mask", Types = "token_type_ids";

    private readonly InferenceSession _session;
    private readonly ITokenizer _tokenizer;
    private readonly int _maxTokens;
    private readonly RunOptions _run = new();

    private TextRunner(string path, InferenceSession session, ITokenizer tokenizer, int maxTokens)
    {
        (Path, _session, _tokenizer, _maxTokens) = (path, session, tokenizer, maxTokens);
        foreach (var (name, input) in session.InputMetadata)
        {
            if (name is not (Ids or Mask or Types)) throw new ModelFormatException(path, name, $"is an input that a model of texts does not have; known are {Ids}, {Mask} and {Types}");
            if (input.ElementDataType != TensorElementType.Int64) throw new ModelFormatException(path, name, $"is of {input.ElementDataType}, and must be of Int64");
        }
        if (!session.InputMetadata.ContainsKey(Ids)) throw new ModelFormatException(path, Ids, "is missing among the inputs");
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Shapes of the outputs of numbers, by name; −1: any length.</summary>
    public IReadOnlyDictionary<string, int[]> Outputs => _session.OutputMetadata.Where(output => output.Value.ElementDataType == TensorElementType.Float).ToDictionary(output => output.Key, output => output.Value.Dimensions);

    /// <summary>Opens a folder's model.onnx (or onnx/model.onnx), or a file, with the tokenizer beside it.</summary>
    public static TextRunner Open(string path, OnnxOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options.Validate();
        var file = Find(path);
        var tokenizer = options.Tokenizer ?? TokenizerLoader.Load(File.Exists(path) ? System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))! : path);
        using var settings = Settings(options);
        var session = Guard(file, () => new InferenceSession(file, settings));
        try
        {
            return new(file, session, tokenizer, options.MaxTokens);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Token ids of a text as the model reads it.</summary>
    public int[] Encode(string text)
    {
        var ids = _tokenizer.Encode(text);
        if (ids.Length <= _maxTokens) return ids;
        // what ends a text stays at its end
        return _tokenizer.IsSpecial(ids[^1]) ? [.. ids[..(_maxTokens - 1)], ids[^1]] : ids[.._maxTokens];
    }

    /// <summary>One output for a text: its numbers and its shape, without the first dimension, which is 1.</summary>
    public (float[] Values, int[] Shape) Run(int[] ids, string output)
    {
        long[] shape = [1, ids.Length];
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var name in _session.InputMetadata.Keys)
                inputs[name] = OrtValue.CreateTensorValueFromMemory(name switch { Ids => [.. ids.Select(id => (long)id)], Mask => [.. ids.Select(_ => 1L)], _ => new long[ids.Length] }, shape);
            using var results = Guard(Path, () => _session.Run(_run, inputs, [output]));
            var told = results[0].GetTensorTypeAndShape().Shape;
            if (told.Length < 2 || told[0] != 1) throw new ModelFormatException(Path, output, $"has the shape ({string.Join(", ", told)}) for one text, and its first dimension must be 1");
            return (results[0].GetTensorDataAsSpan<float>().ToArray(), [.. told.Skip(1).Select(length => (int)length)]);
        }
        finally
        {
            foreach (var value in inputs.Values) value.Dispose();
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private static string Find(string path)
    {
        if (File.Exists(path)) return path;
        string[] places = [System.IO.Path.Combine(path, "model.onnx"), System.IO.Path.Combine(path, "onnx", "model.onnx")];
        return Array.Find(places, File.Exists) ?? throw new FileNotFoundException($"there is no ONNX model at {path}: neither a file, nor a folder with model.onnx or onnx/model.onnx", path);
    }

    private static SessionOptions Settings(OnnxOptions options) => Guard("", () =>
    {
        var settings = new SessionOptions { IntraOpNumThreads = options.Threads, InterOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.Configure?.Invoke(settings);
        return settings;
    });

    private static T Guard<T>(string file, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ModelFormatException(file, null, $"ONNX Runtime refuses it: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is DllNotFoundException or EntryPointNotFoundException or TypeInitializationException { InnerException: DllNotFoundException or EntryPointNotFoundException })
        {
            throw new NotSupportedException("ONNX Runtime's native part is not beside the program: build decodealign with -p:Onnx=cpu, or add the package Microsoft.ML.OnnxRuntime to a program of your own, or one of its kin for a GPU", fault);
        }
    }
}
