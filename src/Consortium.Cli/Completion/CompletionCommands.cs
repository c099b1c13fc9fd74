using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Completion;

/// <summary><c>completion</c>: scripts that have a shell ask this program what may come next.</summary>
internal static class CompletionCommands
{
    private const string Bash =
        $$"""
        # Completion of {{HelpWithExamples.Program}} for bash: source this, for instance from ~/.bashrc.
        _consortium() {
          local line=${COMP_LINE#"${COMP_WORDS[0]}"} suggestions
          suggestions=$("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_WORDS[0]}))]" "$line" 2>/dev/null)
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$suggestions" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _consortium {{HelpWithExamples.Program}}
        """;

    private const string Zsh =
        $$"""
        #compdef {{HelpWithExamples.Program}}
        # Completion of {{HelpWithExamples.Program}} for zsh: source this after compinit, for instance from ~/.zshrc.
        _consortium() {
          local program=${words[1]} line="${BUFFER#"${words[1]}"}"
          local -a suggestions
          suggestions=("${(@f)$("$program" "[suggest:$((CURSOR - ${#program}))]" "$line" 2>/dev/null)}")
          if (( ${#suggestions} )) && [[ -n ${suggestions[1]} ]]; then compadd -a suggestions; else _files; fi
        }
        compdef _consortium {{HelpWithExamples.Program}}
        """;

    private const string Fish =
        $$"""
        # Completion of {{HelpWithExamples.Program}} for fish: save this as ~/.config/fish/completions/{{HelpWithExamples.Program}}.fish.
        function __consortium
            set -l program (commandline -opc)[1]
            set -l line (string sub --start (math (string length -- $program) + 1) -- (commandline -cp))
            $program "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete --command {{HelpWithExamples.Program}} --arguments '(__consortium)'
        """;

    public static Command Create(Terminal terminal)
    {
        return new Command("completion", "Have a shell complete this program's commands and options")
        {
            For("bash", "source <(consortium completion bash)", Bash),
            For("zsh", "source <(consortium completion zsh)", Zsh),
            For("fish", "consortium completion fish | source", Fish),
        };

        Verb For(string shell, string use, string script) => Verb.Create(
            shell, $"Print the script for {shell}: {use}", [$"completion {shell}"], [],
            (_, _) =>
            {
                terminal.Out.WriteLine(script);
                return Task.FromResult(ExitCode.Done);
            });
    }
}
