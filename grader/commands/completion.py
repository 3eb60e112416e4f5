"""`grader completion`."""

import click

__all__ = ["completion"]

VARIABLE = "_GRADER_COMPLETE"
"""What click looks at when a shell asks it."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script by which a SHELL completes commands, options, weeks and data sets.

    \b
    bash   echo 'eval "$(grader completion bash)"' >> ~/.bashrc
    zsh    echo 'eval "$(grader completion zsh)"' >> ~/.zshrc
    fish   grader completion fish > ~/.config/fish/completions/grader.fish
    """  # noqa: D301 - click looks for the backspace itself
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:  # a choice that click does not know could only be a mistake of ours
        raise click.UsageError(f"there is no completion for {shell}")
    script = kind(context.find_root().command, {}, "grader", VARIABLE)
    click.echo(script.source_template % script.source_vars())
