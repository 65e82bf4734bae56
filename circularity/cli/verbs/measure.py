"""`circularity measure`: how much of the whole web closes on itself?"""

from __future__ import annotations

from typing import Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb


def register(app: typer.Typer) -> None:
    @reading_verb(app, "measure", "circularity measure --status paid", lists=False)
    def measure(
        call: Call,
        keystone: Annotated[bool, typer.Option("--keystone", help="Compute what size would leave out.")] = False,
    ) -> Answer:
        """Measure gross, net, circulation, levels, cycling and reciprocity of the whole graph."""
        from circularity.analysis.system import measure_all
        from circularity.views import system

        found = measure_all(call.view, force=keystone)
        return Answer(system.system_json(found), system.system_tables(call.view, found), found.problems)
