using System.CommandLine;
using System.Text.Json;

namespace DecodeAlign.Cli;

/// <summary><c>decodealign.json</c>: options that are given by a file, for commands that have <c>--profile</c>. What stands on the command line goes before a profile, a profile before the defaults.</summary>
internal static class ConfigurationFile
{
    public const string Name = "decodealign.json";
    private const string Defaults = "defaults", Profiles = "profiles", ProfileOption = "--profile";
    private const long MostBytes = 1 << 20;

    // a file that lies in a folder must not say where to write, nor whom to let in
    private static readonly string[] NotFromAFile = ["--trace", "--front-page", "--out", "--prompts", "--urls", "--cors", "--api-keys", "--app-settings", ProfileOption, "--help", "--help-all"];

    /// <summary>For commands that read the file.</summary>
    public static Option<string?> CreateOption() => new(ProfileOption) { Description = $"Use the options of a profile in {Name} (help configuration).", HelpName = "NAME" };

    /// <summary>The arguments with what the file adds; null: it adds nothing.</summary>
    /// <exception cref="UsageException">The file can't be used; the message names it and the key.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="args">Its words.</param>
    /// <param name="terminal">Has the folder, and hears what is added.</param>
    /// <param name="all">Makes all commands: the file may name the options of any.</param>
    public static string[]? Complete(ParseResult parsed, string[] args, Terminal terminal, Func<Command> all)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.Action is ShowHelp || command.Options.OfType<Option<string?>>().FirstOrDefault(option => option.Name == ProfileOption) is not { } asked) return null;
        var profile = parsed.GetValue(asked);
        var path = Path.Combine(terminal.Folder, Name);
        if (terminal.Folder.Length == 0 || !File.Exists(path)) return profile is null ? null : throw new UsageException($"{ProfileOption} {profile}: there is no {Name} in this folder");

        using var document = Read(path);
        var added = new List<string>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        var known = Known(all());
        foreach (var section in Sections(document.RootElement, profile))
            foreach (var (option, value) in Options(section, known, [.. command.Options, .. parsed.RootCommandResult.Command.Options]))
                if (parsed.GetResult(option) is null or { Implicit: true } && named.Add(option.Name)) added.AddRange(Arguments(option, value));
        if (added.Count == 0) return null;
        if (!args.Contains("--quiet")) terminal.Note($"{Name} adds {string.Join(' ', added.Select(ShellText.Quoted))}");
        return [.. args, .. added];
    }

    private static JsonDocument Read(string path)
    {
        if (new FileInfo(path).Length > MostBytes) throw Wrong($"is larger than {MostBytes:N0} bytes");
        try
        {
            return JsonDocument.Parse(File.ReadAllText(path), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
        }
        catch (JsonException fault)
        {
            throw Wrong($"is no JSON: {fault.Message}");
        }
    }

    private static IEnumerable<JsonElement> Sections(JsonElement file, string? profile)
    {
        if (file.ValueKind != JsonValueKind.Object) throw Wrong("must be an object with \"defaults\" and \"profiles\"");
        foreach (var part in file.EnumerateObject())
            if (part.Name is not (Defaults or Profiles) || part.Value.ValueKind != JsonValueKind.Object) throw Wrong($"has '{part.Name}'; it holds the objects \"defaults\" and \"profiles\"");
        if (profile is not null)
        {
            string[] names = file.TryGetProperty(Profiles, out var profiles) ? [.. profiles.EnumerateObject().Select(one => one.Name)] : [];
            if (!names.Contains(profile)) throw new UsageException($"{ProfileOption}: {Name} has no profile '{profile}'.{Closest.Hint(profile, names)} It has {(names.Length == 0 ? "none" : string.Join(", ", names))}.");
            yield return profiles.GetProperty(profile);
        }
        if (file.TryGetProperty(Defaults, out var defaults)) yield return defaults;
    }

    // of another command: passed over; of none: refused
    private static IEnumerable<(Option Option, JsonElement Value)> Options(JsonElement section, HashSet<string> known, IReadOnlyList<Option> options)
    {
        if (section.ValueKind != JsonValueKind.Object) throw Wrong("has a profile that is no object of options");
        foreach (var part in section.EnumerateObject())
        {
            var name = $"--{part.Name}";
            if (NotFromAFile.Contains(name)) throw Wrong($"'{part.Name}' can't be given by a file; write it on the command line");
            if (!known.Contains(name)) throw Wrong($"there is no option '{part.Name}'.{Closest.Hint(part.Name, known.Select(one => one[2..]))}");
            if (options.FirstOrDefault(option => option.Name == name) is { } option) yield return (option, part.Value);
        }
    }

    private static HashSet<string> Known(Command root) =>
        root.Options.Concat(root.Subcommands.SelectMany(one => one.Options)).Where(option => !option.Hidden).Select(option => option.Name).Except(NotFromAFile).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Arguments(Option option, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().SelectMany(one => Arguments(option, one));
        if (option.ValueType == typeof(bool) != value.ValueKind is JsonValueKind.True or JsonValueKind.False) throw Wrong($"'{option.Name[2..]}' must be {(option.ValueType == typeof(bool) ? "true or false" : "a text, a number, or a list of them")}");
        return value.ValueKind switch
        {
            JsonValueKind.True => [option.Name],
            JsonValueKind.False => [$"{option.Name}=false"],
            JsonValueKind.String when value.GetString() is { Length: 0 } empty => [option.Name, empty],
            JsonValueKind.String or JsonValueKind.Number => [$"{option.Name}={value}"],
            _ => throw Wrong($"'{option.Name[2..]}' must be a text, a number, true or false, or a list of them"),
        };
    }

    private static UsageException Wrong(string what) => new($"{Name}: {what}");
}
