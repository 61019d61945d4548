using System.CommandLine;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Cli;

/// <summary><c>chat</c>: a conversation in the terminal, and why each answer came out as it did.</summary>
internal sealed class ChatCommand
{
    private const string Examples = """
        decodealign chat
        decodealign chat --model path/to/folder --system "Answer briefly."
        decodealign chat --decoder sample --seed 3
        """;

    private readonly Terminal _terminal;
    private readonly IModelSource _models;
    private readonly ModelArguments _model = new();
    private readonly Option<string> _decoder = new("--decoder") { Description = "The first decoder; default deal. /decoder changes it.", HelpName = "NAME", CustomParser = Parsing.OneOf(Conversation.Decoders), DefaultValueFactory = _ => "deal" };
    private readonly Option<string?> _system = new("--system") { Description = "A system message before the conversation.", HelpName = "TEXT" };
    private readonly Option<int> _maxTokens = new("--max-tokens") { Description = "Most tokens of an answer; default 128.", HelpName = "N", CustomParser = Parsing.Integer, DefaultValueFactory = _ => 128 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Seed of every random draw; default 0. Each answer starts from it.", HelpName = "S", CustomParser = Parsing.Seed };

    private ChatCommand(Terminal terminal, IModelSource models) => (_terminal, _models) = (terminal, models);

    public static Command Create(Terminal terminal, IModelSource models)
    {
        var chat = new ChatCommand(terminal, models);
        var command = new HelpfulCommand("chat", "Chats with the model; /why explains an answer.", Examples);
        command.Add(OptionGroup.Search, [chat._decoder, chat._maxTokens, chat._seed]);
        chat._model.AddTo(command);
        command.Add(OptionGroup.Model, [chat._system]);
        command.SetAction(chat.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = _model.Read(parsed);
        var maxTokens = parsed.GetValue(_maxTokens);
        if (maxTokens < 1) throw new UsageException($"--max-tokens: must be at least 1; it is {maxTokens}");
        var folder = _models.Folder(settings.Files);
        var services = new ServiceCollection();
        foreach (var format in ModelSource.TokenizerFormats) services.AddSingleton<ITokenizerFormat>(format);
        services.AddDecodeAlign(build =>
        {
            build.AddModel(configure: options => options.Folder = folder, name: DecodeAlignOptions.DefaultName, loader: async (_, _, _, cancelled) => await _models.LoadAsync(settings, cancelled).ConfigureAwait(false));
            foreach (var name in Conversation.Decoders) build.AddDecoder(name, options => options.Preset = name);
        });
        await using var provider = services.BuildServiceProvider();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _terminal.Stop);
        await provider.GetRequiredService<HostedModel>().ReadyAsync(either.Token).ConfigureAwait(false);
        var conversation = new Conversation(provider, parsed.GetValue(_decoder)!) { System = parsed.GetValue(_system), MaxTokens = maxTokens, Seed = parsed.GetValue(_seed) };
        await new ChatLoop(conversation, _terminal).RunAsync(either.Token).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
