using System.CommandLine;
using DecodeAlign.Server;

namespace DecodeAlign.Cli;

/// <summary><c>serve</c>: the model over HTTP, as OpenAI's clients call it, with the playground.</summary>
internal sealed class ServeCommand
{
    private const string Examples = """
        decodealign serve
        decodealign serve --model path/to/folder --urls http://127.0.0.1:8080
        decodealign serve --urls http://0.0.0.0:8000 --api-keys keys.txt
        """;

    /// <summary>Where keys stand when no file has them, separated by commas.</summary>
    public const string KeysVariable = "DECODEALIGN_API_KEYS";

    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly ModelArguments _model = new();
    private readonly Option<string?> _appSettings = new("--app-settings") { Description = "A JSON file whose section DecodeAlign has models and decoders by name, as in an app (docs/service.md), in place of --model and its options.", HelpName = "FILE" };
    private readonly Option<string> _urls = new("--urls") { Description = "Addresses to listen on, separated by semicolons; default http://127.0.0.1:8000. Any address but loopback can be reached from other machines.", HelpName = "URLS", DefaultValueFactory = _ => "http://127.0.0.1:8000" };
    private readonly Option<string?> _keys = new("--api-keys") { Description = $"A file of API keys, one per line; each request must carry one. Default: those in {KeysVariable}, separated by commas; without any, no key is required.", HelpName = "FILE" };
    private readonly Option<string[]> _cors = new("--cors") { Description = "An origin whose pages may call the server, such as https://app.example. May be repeated. Default: none.", HelpName = "ORIGIN" };
    private readonly Option<string> _decoder = new("--default-decoder") { Description = "The decoder of requests that name none. Default sample; deal if a request names heuristics.", HelpName = "NAME", DefaultValueFactory = _ => new ServerOptions().Decoder };
    private readonly Option<int> _mostRequests = new("--max-requests") { Description = "The most requests at once; default 256. Further ones are refused with status 429.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => new ServerOptions().MaxConcurrentRequests };
    private readonly Option<long> _mostBody = new("--max-body") { Description = "The largest request in bytes; default 4MiB. Larger ones are refused with status 413.", HelpName = "SIZE", CustomParser = Parsing.Bytes, DefaultValueFactory = _ => new ServerOptions().MaxBodyBytes };
    private readonly Option<double> _timeout = new("--request-timeout") { Description = "The most seconds a request may take; default 600.", HelpName = "SECONDS", CustomParser = Parsing.Number, DefaultValueFactory = _ => new ServerOptions().RequestTimeout.TotalSeconds };
    private readonly Option<bool> _noPlayground = new("--no-playground") { Description = "Do not serve the playground at /." };
    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Log all events, not only errors. Prompts and answers are never logged." };

    private ServeCommand(Terminal terminal, IModelSource models) => (_terminal, _models) = (terminal, models);

    public static Command Create(Terminal terminal, IModelSource models)
    {
        var serve = new ServeCommand(terminal, models);
        var command = new HelpfulCommand("serve", "Serves the model over HTTP, with a playground at /.", Examples);
        serve._model.AddTo(command);
        command.Add(OptionGroup.Model, [], [serve._appSettings]);
        command.Add(OptionGroup.Server, [serve._urls, serve._keys], [serve._cors, serve._mostRequests, serve._mostBody, serve._timeout, serve._noPlayground]);
        command.Add(OptionGroup.Search, [], [serve._decoder]);
        command.Add(OptionGroup.Output, [serve._verbose]);
        command.SetAction(serve.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var setup = new ServeSetup
        {
            Model = _model.Read(parsed) with { ServesMany = true },
            AppSettings = parsed.GetValue(_appSettings),
            Urls = parsed.GetValue(_urls)!,
            Keys = ReadKeys(parsed.GetValue(_keys)),
            Origins = parsed.GetValue(_cors) ?? [],
            Decoder = parsed.GetValue(_decoder)!,
            MaxRequests = parsed.GetValue(_mostRequests),
            MaxBodyBytes = parsed.GetValue(_mostBody),
            Timeout = parsed.GetValue(_timeout) is > 0 and < 1e6 and var seconds ? TimeSpan.FromSeconds(seconds) : throw new UsageException("--request-timeout: must be above 0 and below 1000000"),
            Playground = !parsed.GetValue(_noPlayground),
            Verbose = parsed.GetValue(_verbose),
        };
        if (setup.MaxRequests < 1) throw new UsageException($"--max-requests: must be at least 1; it is {setup.MaxRequests}");
        if (setup.AppSettings is not null && setup.Model.Folder is not null) throw new UsageException("--app-settings: it says which models there are; leave --model out");
        await using var app = ServeHost.Build(setup, _models, _terminal);
        await ServeHost.StartAsync(app, setup, cancellationToken).ConfigureAwait(false);
        _terminal.Error.WriteLine($"listening at {string.Join(", ", app.Urls)}{(setup.Playground ? "; the playground is there too" : "")}; Ctrl+C ends it");
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        await Task.Delay(Timeout.Infinite, either.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        _terminal.Error.WriteLine("stopping: requests that have begun are answered, for at most 30 s");
        await app.StopAsync(cancellationToken).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static string[] ReadKeys(string? file)
    {
        var keys = file is null ? Environment.GetEnvironmentVariable(KeysVariable)?.Split(',') ?? [] : File.ReadAllLines(file);
        string[] read = [.. keys.Select(key => key.Trim()).Where(key => key.Length > 0)];
        if (read.Any(key => key.Any(letter => letter is <= ' ' or > '~'))) throw new UsageException($"{(file is null ? KeysVariable : $"--api-keys {file}")}: keys are printable ASCII without spaces");
        return file is not null && read.Length == 0 ? throw new UsageException($"--api-keys {file}: holds no key") : read;
    }
}
