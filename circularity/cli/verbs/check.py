"""`circularity check`: what is wrong with the facts?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.problems import Problem
from circularity.views.tables import Table
from circularity.words import plural


def register(app: typer.Typer) -> None:
    @reading_verb(app, "check", "circularity check -g ai")
    def check(
        call: Call,
        conflicts: Annotated[bool, typer.Option(help="List figures on which sources disagree.")] = False,
        online: Annotated[bool, typer.Option(help="Try the address of every source.")] = False,
    ) -> Answer:
        """List every problem of a graph with file, line and what to do."""
        graph = call.graph
        view = call.view
        found: list[Problem] = [*graph.problems, *view.problems]
        if online:
            from circularity.cli.online import check_addresses

            found += check_addresses(graph.dataset)
        shown = [problem for problem in found if problem.code == "conflict"] if conflicts else found
        counts = {level: sum(p.severity == level for p in found) for level in ("error", "warning", "note")}
        rows = [
            (p.severity, p.code, f"{p.place.file}:{p.place.line}" if p.place else "", p.message, p.action or _action(p))
            for p in shown
        ]
        summary = ", ".join(plural(count, level) for level, count in counts.items())
        title = f"{graph.name} {graph.version}".strip() + f": {_size(graph, view)}; {summary}"
        extra = tuple(p for p in found if p not in call.quiet_problems)
        table = Table(("severity", "code", "where", "what", "what to do"), rows, title)
        return Answer(counts, [table], extra, items=[p.as_json() for p in shown])


def _action(problem: Problem) -> str:
    return str(problem.as_json()["action"])


def _size(graph: Any, view: Any) -> str:
    legs = plural(len(view.legs), "leg") + " under the lens"
    if graph.dataset is None:
        return legs
    data = graph.dataset
    return (
        f"{plural(len(data.deals), 'deal')}, {plural(len(data.legs()), 'leg')} ({legs}), "
        f"{plural(len(data.parties), 'party')}, {plural(len(data.sources), 'source')}"
    )
