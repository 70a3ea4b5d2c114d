"""`planner completion`: the script with which a shell completes commands, options and what they speak of."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print the script with which bash, zsh or fish completes planner's commands.

    \b
    Example:
      planner completion bash >> ~/.bashrc
      planner completion zsh >> ~/.zshrc
      planner completion fish > ~/.config/fish/completions/planner.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "click knows these three"  # noqa: S101
    click.echo(found(ctx.find_root().command, {}, "planner", "_PLANNER_COMPLETE").source(), nl=False)
