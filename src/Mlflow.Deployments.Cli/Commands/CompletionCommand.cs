using System.CommandLine;
using Mlflow.Deployments.Cli.Console;

namespace Mlflow.Deployments.Cli.Commands;

/// <summary>Prints the script that makes a shell complete commands, options and their values.</summary>
internal static class CompletionCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish", "pwsh"];

    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh, fish or pwsh.", HelpName = "bash|zsh|fish|pwsh" };
        shell.AcceptOnlyFromAmong(Shells);
        var command = new Command("completion", "Prints the script that completes this command line in a shell.") { shell };
        HelpWithExamples.Add(
            command,
            "completion bash >> ~/.bashrc",
            "completion zsh >> ~/.zshrc",
            "completion fish > ~/.config/fish/completions/mlflow-deployments.fish",
            "completion pwsh >> $PROFILE");
        command.SetAction(async (parsed, _) => await terminal.Out.WriteLineAsync(Script(parsed.GetValue(shell)!)));
        return command;
    }

    // Each asks the program itself ([suggest] is a directive of System.CommandLine), so a script never grows old.
    private static string Script(string shell) => shell switch
    {
        "bash" => """
            _mlflow_deployments() {
              local IFS=$'\n'
              local line=${COMP_LINE#*[[:space:]]}
              local position=$(( COMP_POINT - ${#COMP_LINE} + ${#line} ))
              COMPREPLY=( $(compgen -W "$(mlflow-deployments "[suggest:${position}]" "${line}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
            }
            complete -o default -F _mlflow_deployments mlflow-deployments
            """,
        "zsh" => """
            _mlflow_deployments() {
              local line=${BUFFER#*[[:space:]]}
              local position=$(( CURSOR - ${#BUFFER} + ${#line} ))
              local -a candidates
              candidates=( "${(@f)$(mlflow-deployments "[suggest:${position}]" "${line}" 2>/dev/null)}" )
              if [[ -n ${candidates[1]} ]]; then compadd -a candidates; else _files; fi
            }
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
            compdef _mlflow_deployments mlflow-deployments
            """,
        "fish" => """
            function __mlflow_deployments_complete
              set --local line (string replace --regex '^\s*\S+\s?' '' -- (commandline --cut-at-cursor --current-process))
              mlflow-deployments "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete --command mlflow-deployments --arguments '(__mlflow_deployments_complete)'
            """,
        _ => """
            Register-ArgumentCompleter -Native -CommandName mlflow-deployments -ScriptBlock {
              param($wordToComplete, $commandAst, $cursorPosition)
              $typed = $commandAst.ToString().PadRight($cursorPosition).Substring(0, $cursorPosition)
              $line = $typed -replace '^\s*\S+\s?', ''
              mlflow-deployments "[suggest:$($line.Length)]" "$line" 2>$null |
                Where-Object { $_ -like "$wordToComplete*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };
}
