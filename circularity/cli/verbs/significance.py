"""`significance`: is it more than chance?"""

from __future__ import annotations

from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb


def register(app: typer.Typer) -> None:
    @reading_verb(app, "significance", "circularity significance --null role --draws 199 --seed 1", lists=False)
    def significance(
        call: Call,
        null: Annotated[
            str, typer.Option(help="role, degree, dyad or weight: what is held fixed.", metavar="NAME")
        ] = "role",
        draws: Annotated[int, typer.Option(help="Shuffled webs to compare with.", metavar="N")] = 999,
        seed: Annotated[int, typer.Option(help="Start of the sampler.", metavar="N")] = 1,
    ) -> Answer:
        """Compare the loops of funding and purchases with those of a shuffled web."""
        from circularity.analysis.significance import significance as test
        from circularity.views import chances

        found = test(call.view, null, draws, seed, _tell)
        return Answer(chances.chance_json(found), [chances.chance_table(call.view, found)])


def _tell(number: int) -> None:
    if number % 1000 == 0:
        typer.echo(f"{number} draws", err=True)
