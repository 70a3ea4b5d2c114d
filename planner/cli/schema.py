"""`planner schema`: what editors need to complete, explain and mark an agreement as one types."""

from __future__ import annotations

import json
import os
import shlex

import click

from planner.cli.common import REFUSED, Stop, refuse_problems
from planner.cli.shelves import Templates
from planner.document import parse_document
from planner.files import FileTroubleError, read_agreement_file, write_whole
from planner.names import Names, named_in
from planner.problems import Problem
from planner.schema import agreement_schema
from planner.zones import zone_names


@click.command("schema")
@click.option("-o", "--output", metavar="PATH", help="Write it into this file (default: it is printed).")
@click.argument("file", required=False, type=click.Path())
def schema_command(*, output: str | None, file: str | None) -> None:
    """Print a JSON Schema of the agreement, for editors.

    With FILE, the people and rituals of that agreement are suggested as you type. The schema takes whatever `planner
    check` takes; some mistakes only check can see.

    \b
    Example:
      planner schema agreement.toml -o agreement.schema.json
    """
    names = _names(file) if file else Names()
    prompts = dict.fromkeys((*Templates("prompts"), *names.prompts))
    schema = agreement_schema(names._replace(prompts=tuple(prompts)), zone_names(), Templates("programs"))
    text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    try:
        write_whole(output, text.encode())
    except FileTroubleError as e:
        raise Stop(f"planner: {e}", REFUSED) from e
    click.echo(f"{output} is written.")
    if file:
        beside = os.path.relpath(output, os.path.dirname(os.path.abspath(file)))
        first = f"#:schema ./{beside.replace(os.sep, '/')}"
        click.echo(f"As the first line of {shlex.quote(file)}, this leads editors to it: {first}")


def _names(file: str) -> Names:
    """What the file names; it need not be without mistakes, but be TOML."""
    raw = read_agreement_file(file)
    document = [raw] if isinstance(raw, Problem) else parse_document(raw, file)
    if isinstance(document, list):
        refuse_problems(document)
    return named_in(document.values)
