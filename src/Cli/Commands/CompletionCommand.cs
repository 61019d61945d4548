using System.CommandLine;

namespace DecodeAlign.Cli;

/// <summary><c>completion</c>: a script by which a shell completes commands, options and values. It asks the program itself.</summary>
internal static class CompletionCommand
{
    private const string Examples = """
        Once, or in the shell's start-up file
          decodealign completion bash >> ~/.bashrc
          decodealign completion zsh >> ~/.zshrc
          decodealign completion fish > ~/.config/fish/completions/decodealign.fish
          decodealign completion pwsh >> $PROFILE
        """;

    private const string Bash = """
        _decodealign() {
          local IFS=$'\n'
          COMPREPLY=( $(compgen -W "$(decodealign "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _decodealign decodealign
        """;

    private const string Zsh = """
        _decodealign() {
          local -a found
          found=("${(@f)$(decodealign "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          [[ -n "$found" ]] && compadd -- $found || _files
        }
        compdef _decodealign decodealign
        """;

    private const string Fish = """
        complete -c decodealign -a '(decodealign "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName decodealign -ScriptBlock {
          param($word, $line, $cursor)
          $at = $cursor - $line.Extent.StartOffset
          decodealign "[suggest:$at]" $line.ToString().PadRight($at) 2>$null | Where-Object { $_ -like "$word*" } |
            ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    private static readonly Dictionary<string, string> Scripts = new() { ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["pwsh"] = PowerShell };

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh.", CustomParser = Parsing.OneOf([.. Scripts.Keys]) };
        shell.CompletionSources.Add(_ => Scripts.Keys);
        var command = new HelpfulCommand("completion", "Prints a completion script for a shell.", Examples) { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.WriteLine(Scripts[parsed.GetValue(shell)!].ReplaceLineEndings("\n"));
            return ExitCode.Done;
        });
        return command;
    }
}
