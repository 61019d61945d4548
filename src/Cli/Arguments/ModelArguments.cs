using System.CommandLine;
using DecodeAlign.Cpu;

namespace DecodeAlign.Cli;

/// <summary>Options that say which model runs, and with what.</summary>
internal sealed class ModelArguments
{
    private readonly Option<string?> _model = new("--model") { Description = "A model's folder, .gguf file or pulled ORG/NAME. The folder has the Hugging Face layout (config.json, model.safetensors, tokenizer.json); \"decodealign pull\" downloads one by name. Or a server's address, such as http://localhost:8080, with --tokenizer. Default: the embedded model.", HelpName = "DIR" };
    private readonly Option<string?> _tokenizer = new("--tokenizer") { Description = "If --model is a server: a folder with its model's tokenizer, such as --tokenizer path/to/folder. It is checked against the server's own.", HelpName = "DIR" };
    private readonly Option<int> _threads = new("--threads") { Description = "Number of threads; 0: one for each processor. The text does not depend on it.", HelpName = "N", CustomParser = Parsing.Integer };
    private readonly Option<long> _kvBudget = new("--kv-budget") { Description = "Most memory of the KV cache, such as 512MB or 2GiB. A search that would need more is refused at the start. Default: a quarter of the memory.", HelpName = "SIZE", CustomParser = Parsing.Bytes };
    private readonly Option<string?> _weightFormat = new("--weight-format") { Description = "How the managed engine stores the weights: f32, bf16 (half the memory and time; exact for bf16 checkpoints), q8 (a quarter, rounded) or q4 (a sixth, rounded more), such as --weight-format q8. Default: as the file holds them (bf16, or the integers of a GGUF file), else f32.", HelpName = "FORMAT" };
    private readonly Option<string?> _kvFormat = new("--kv-format") { Description = "How the managed engine stores keys and values: f32, or bf16 (half the memory, rounded), such as --kv-format bf16. Default f32.", HelpName = "FORMAT" };
    private readonly DeviceArguments _device = new();

    /// <summary>Adds the options, and <c>--profile</c>: whoever runs a model may take options from the file.</summary>
    public void AddTo(HelpfulCommand command)
    {
        command.Add(OptionGroup.Model, [_model], [_tokenizer, _threads, _kvBudget, _weightFormat, _kvFormat]);
        _device.AddTo(command);
        command.Add(OptionGroup.Model, [], [ConfigurationFile.CreateOption()]);
        _weightFormat.CompletionSources.Add(_ => Names<WeightFormat>());
        _kvFormat.CompletionSources.Add(_ => Names<KvFormat>());
    }

    public ModelSettings Read(ParseResult parsed)
    {
        var threads = parsed.GetValue(_threads);
        if (threads is < 0 or > 1024) throw new UsageException($"--threads: must be from 0 to 1024; it is {threads}");
        var (weights, kv) = (Format<WeightFormat>(parsed, _weightFormat), Format<KvFormat>(parsed, _kvFormat));
        var device = _device.Read(parsed);
        if (device is not null && (weights is not null || kv is not null)) throw new UsageException($"{(weights is null ? _kvFormat.Name : _weightFormat.Name)}: is for the managed engine; with --device it is --dtype");
        var (server, tokenizer) = (ServerAddress.Find(parsed.GetValue(_model)), parsed.GetValue(_tokenizer));
        if (server is not null && tokenizer is null) throw ModelSource.NoTokenizer();
        if (server is null && tokenizer is not null) throw new UsageException("--tokenizer: is for a server; a model's folder has its own");
        if (server is not null && (device is not null || threads != 0 || parsed.GetValue(_kvBudget) != 0 || weights is not null || kv is not null))
            throw new UsageException("--model: a server runs the model; options of this machine's engines (--threads, --kv-budget, --weight-format, --kv-format, --device) do nothing with it");
        return new(parsed.GetValue(_model), threads, parsed.GetValue(_kvBudget), device) { Tokenizer = tokenizer, WeightFormat = weights, KvFormat = kv ?? default };
    }

    private static T? Format<T>(ParseResult parsed, Option<string?> option)
        where T : struct, Enum
    {
        if (parsed.GetValue(option) is not { } text) return null;
        foreach (var format in Enum.GetValues<T>())
            if (text.Equals(format.ToString(), StringComparison.OrdinalIgnoreCase)) return format;
        throw new UsageException($"{option.Name}: must be one of {string.Join(", ", Names<T>())}; it is '{text}'.{Closest.Hint(text, Names<T>())}");
    }

    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());
}
