using System.Text.RegularExpressions;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>Reads lines, and answers them: what begins with a slash is a command, everything else is said to the model.</summary>
internal sealed partial class ChatLoop(Conversation conversation, Terminal terminal)
{
    private static readonly (string Name, string Text)[] Commands =
    [
        ("/decoder NAME S=V …", "Chooses a decoder, with settings such as lambda=5; without a name, tells the one there is."),
        ("/require SPEC", "What must hold from now on, such as must-include=fox or words=..40; none: nothing."),
        ("/prefer SPEC", "What to prefer, such as coverage=fox,river@3, or objectives in balance, such as positivity=0.8,brevity=0.6; none: nothing."),
        ("/why", "Tells in words how the last answer came about."),
        ("/reset", "Forgets what was said."),
        ("/help", "These commands."),
        ("/quit", "Ends the chat, as the end of the input does."),
    ];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (terminal.InputIsTerminal) terminal.Error.WriteLine("/help tells the commands, /quit ends.");
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            line = line.Trim();
            if (line.Length == 0) continue;
            if (line == "/quit") return;
            try
            {
                if (line[0] == '/') Command(line);
                else await SayAsync(line, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not OperationCanceledException and not IOException && !cancellationToken.IsCancellationRequested)
            {
                terminal.Error.WriteLine($"error: {Field().Replace(fault.Message.Split(" (Parameter")[0], "$1$2")}");
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        if (terminal.InputIsTerminal)
        {
            terminal.Out.Write("> ");
            await terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        try
        {
            // reading a terminal can't be cancelled: the interrupt ends the wait, not the read
            return await Task.Run(() => terminal.In.ReadLineAsync(cancellationToken).AsTask(), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private async Task SayAsync(string line, CancellationToken cancellationToken)
    {
        await foreach (var piece in conversation.SayAsync(line, cancellationToken).ConfigureAwait(false))
        {
            terminal.Out.Write(piece);
            await terminal.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        terminal.Out.WriteLine();
    }

    private void Command(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var (name, argument) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..].Trim());
        switch (name)
        {
            case "/help":
                new PageWriter(terminal.Out, terminal.Width).Rows(Commands);
                break;
            case "/reset":
                conversation.Reset();
                terminal.Out.WriteLine("forgotten");
                break;
            case "/why":
                Why();
                break;
            case "/decoder":
                Decoder(argument);
                break;
            case "/require":
                Require(argument);
                break;
            case "/prefer":
                Prefer(argument);
                break;
            default:
                throw new UsageException($"there is no command '{name}'.{Closest.Hint(name, Commands.Select(command => command.Name.Split(' ')[0]))} /help tells them.");
        }
    }

    private void Why()
    {
        if (conversation is not { Trace: { } trace, Result: { } result }) throw new UsageException("there is no answer yet");
        var page = new PageWriter(terminal.Out, terminal.Width);
        foreach (var sentence in WhyText.Of(trace, result)) page.Paragraph(sentence);
    }

    private void Decoder(string argument)
    {
        string[] parts = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length > 0)
        {
            if (!Conversation.Decoders.Contains(parts[0])) throw new UsageException($"there is no decoder '{parts[0]}'.{Closest.Hint(parts[0], Conversation.Decoders)} Available: {string.Join(", ", Conversation.Decoders)}.");
            var entry = DecoderCatalogue.Get(parts[0]);
            var settings = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var part in parts[1..])
            {
                var (name, value) = part.Split('=', 2) is [var left, var right] ? (left, right) : throw new UsageException($"'{part}' is no setting: write NAME=VALUE");
                var setting = entry.Find(name) ?? throw new UsageException($"{entry.Name} has no setting '{name}'.{Closest.Hint(name, entry.Settings.Select(known => known.Name))}");
                setting.Read(value);
                settings[setting.Name] = value;
            }
            conversation.Decoder = entry.Name;
            conversation.Settings.Clear();
            foreach (var (name, value) in settings) conversation.Settings[name] = value;
        }
        terminal.Out.WriteLine($"decoder: {conversation.Decoder}{string.Concat(conversation.Settings.Select(setting => $" {setting.Key}={setting.Value}"))}");
    }

    private void Require(string argument)
    {
        if (argument == "none") conversation.Requirements.Clear();
        else if (argument.Length > 0)
        {
            ConstraintParser.Parse(argument);
            conversation.Requirements.Add(argument);
        }
        terminal.Out.WriteLine($"required: {(conversation.Requirements.Count == 0 ? "nothing" : string.Join("; ", conversation.Requirements))}");
    }

    private void Prefer(string argument)
    {
        if (argument == "none")
        {
            conversation.Wishes.Clear();
            conversation.Preference = null;
        }
        else if (Balance().IsMatch(argument)) conversation.Preference = argument;
        else if (argument.Length > 0)
        {
            HeuristicParser.Parse(argument);
            conversation.Wishes.Add(argument);
        }
        string[] preferred = [.. conversation.Wishes, .. conversation.Preference is { } preference ? new[] { preference } : []];
        terminal.Out.WriteLine($"preferred: {(preferred.Length == 0 ? "nothing" : string.Join("; ", preferred))}");
    }

    // weights of several objectives, which no heuristic's specification looks like
    [GeneratedRegex(@"^[\w-]+=-?[\d.]+(,[\w-]+=-?[\d.]+)+$")]
    private static partial Regex Balance();

    [GeneratedRegex(@"ChatOptions\.AdditionalProperties\['decodealign\.(\w+)'\]|'?decodealign\.(\w+)'?")]
    private static partial Regex Field();
}
