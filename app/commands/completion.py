"""``gristmill completion``: the script that completes our words in a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from app.commands.stack import answer, json_option

SHELLS = ("bash", "zsh", "fish")
ASKED_BY = "_GRISTMILL_COMPLETE"  # the variable by which a shell asks


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
@click.pass_context
def completion(context: click.Context, shell: str, *, as_json: bool) -> None:
    """Print what makes a shell complete our words: `eval "$(gristmill completion bash)"`."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.ClickException(f"there is no completion for {shell}")
    script = kind(context.find_root().command, {}, "gristmill", ASKED_BY).source()
    answer({"shell": shell, "script": script}, script, as_json=as_json)
