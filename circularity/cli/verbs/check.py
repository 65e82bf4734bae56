"""`circularity check`: what is wrong with the facts?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.problems import Problem
from circularity.views.tables import Table, one_line
from circularity.words import plural

SEVERITIES = ("error", "warning", "note")


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
        counts = {level: sum(p.severity == level for p in found) for level in SEVERITIES}
        rows = [(p.severity, p.code, _where(p), p.message, str(p.as_json()["action"])) for p in shown]
        summary = ", ".join(plural(count, level) for level, count in counts.items())
        title = f"{graph.name} {graph.version}".strip() + f": {_size(graph, view)}; {summary}"
        table = Table(("severity", "code", "where", "what", "what to do"), rows, title)
        told = set(call.quiet_problems)
        extra = tuple(p for p in found if p not in told)
        items = [p.as_json() for p in shown]
        return Answer(counts, [table], extra, items=items, text=_listed(title, shown))


def _listed(title: str, problems: list[Problem]) -> str:
    """One line a problem, the worst first."""
    worst = sorted(problems, key=lambda p: SEVERITIES.index(p.severity))
    return "\n".join(one_line(line) for line in (title, "", *map(str, worst))).rstrip() + "\n"


def _where(problem: Problem) -> str:
    place = problem.place
    return "" if place is None else f"{place.file}:{place.line}" if place.line else place.file


def _size(graph: Any, view: Any) -> str:
    legs = plural(len(view.legs), "leg") + " under the lens"
    if graph.dataset is None:
        return legs
    data = graph.dataset
    return (
        f"{plural(len(data.deals), 'deal')}, {plural(len(data.legs()), 'leg')} ({legs}), "
        f"{plural(len(data.parties), 'party')}, {plural(len(data.sources), 'source')}"
    )
