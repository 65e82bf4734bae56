"""The flags that every reading verb takes, declared once."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, get_type_hints

import typer

from circularity.cli.answer import FORMATS, Answer, check_format, render
from circularity.errors import CircularityError, UsageError
from circularity.problems import Problem, has_errors
from circularity.views.tables import one_line

LENS = "Lens: which legs count"

GraphOption = Annotated[
    str,
    typer.Option(
        "-g", "--graph", metavar="NAME|PATH", help="Bundled graph, dataset folder or ledger file ('-': CSV on stdin)."
    ),
]
FormatOption = Annotated[str, typer.Option("--format", metavar="F", help=f"{' | '.join(FORMATS)}")]


def _lens(help: str, metavar: str | None = None, name: str | None = None) -> Any:
    names = (name,) if name else ()
    return typer.Option(*names, help=help, metavar=metavar, rich_help_panel=LENS)


_LENS_FLAGS: dict[str, tuple[Any, Any]] = {
    "as_of": (Annotated[str | None, _lens("What was known on that day.", "DATE")], None),
    "status": (Annotated[str | None, _lens("Lowest status that counts: rumoured, announced, committed, partly_paid, paid.", "FLOOR")], None),
    "amount": (Annotated[str | None, _lens("Which bound of an amount: low, point, high.", "BOUND")], None),
    "kind": (Annotated[list[str], _lens("Only legs of this kind (repeats).", "K")], ()),
    "family": (Annotated[list[str], _lens("Only legs of this family (repeats).", "F")], ()),
    "party": (Annotated[list[str], _lens("Only legs with this party at either end (repeats).", "P", "--party")], ()),
    "min_amount": (Annotated[str | None, _lens("Only legs of at least this amount.", "X")], None),
    "since": (Annotated[str | None, _lens("Legs of this day and later.", "DATE")], None),
    "until": (Annotated[str | None, _lens("Legs of this day and earlier.", "DATE")], None),
    "consolidate": (Annotated[bool, _lens("Roll parties up to their parents.")], False),
    "imputed": (Annotated[bool, _lens("Count goods given for shares as money in sums.")], False),
    "complete": (Annotated[str | None, _lens("Parties whose sources of funds are all known: all, none, or A,B.", "WHO")], None),
}  # fmt: skip


@dataclass(slots=True)
class Call:
    """What a verb works with: the open graph and its view, opened when first asked for."""

    graph_name: str
    flags: dict[str, Any]
    format: str
    _graph: Any = None
    _view: Any = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def graph(self) -> Any:
        if self._graph is None:
            from circularity.load import open_graph

            self._graph = open_graph(self.graph_name)
        return self._graph

    @property
    def view(self) -> Any:
        if self._view is None:
            self._view = self.graph.view(lens_of(self.graph.default, self.flags))
        return self._view

    @property
    def quiet_problems(self) -> list[Problem]:
        """Findings to show beside a result: of a bundled dataset, notes are left to `check`."""
        found: list[Problem] = []
        if self._graph is not None:
            dataset = self._graph.dataset is not None
            found += [p for p in self._graph.problems if not (dataset and p.severity == "note")]
        if self._view is not None:
            found += self._view.problems
        return found


def lens_of(default: Any, flags: dict[str, Any]) -> Any:
    """The default lens with the flags that were given."""
    given: dict[str, Any] = {}
    for flag in ("status", "amount"):
        if flags[flag] is not None:
            given[flag] = flags[flag]
    for flag in ("as_of", "since", "until"):
        if flags[flag] is not None:
            given[flag] = day(flag, flags[flag])
    for flag, name in (("kind", "kinds"), ("family", "families"), ("party", "parties")):
        if flags[flag]:
            given[name] = tuple(flags[flag])
    if flags["min_amount"] is not None:
        given["min_amount"] = decimal("min-amount", flags["min_amount"])
    if flags["complete"] is not None:
        words = flags["complete"]
        if not all(word.strip() for word in words.split(",")):
            raise UsageError(f"--complete '{words[:60]}' names nobody: all, none, or A,B")
        given["complete"] = words if words in ("all", "none", "stated") else tuple(words.split(","))
    given["consolidate"], given["imputed"] = flags["consolidate"], flags["imputed"]
    return replace(default, **given)


def day(flag: str, text: str) -> str:
    from datetime import date

    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"--{flag.replace('_', '-')} '{text[:60]}' is not a day (YYYY-MM-DD)") from None


def decimal(flag: str, text: str) -> Decimal:
    from circularity.model.amounts import parse_number

    try:
        return parse_number(text)
    except (ValueError, InvalidOperation):
        raise UsageError(f"--{flag} '{text[:60]}' is not a number (30bn, 1500000)") from None


def reading_verb(
    app: typer.Typer, name: str, example: str, own_format: bool = False, lists: bool = True
) -> Callable[[Callable[..., Answer]], Callable[..., None]]:
    """Register a function as a verb that reads a graph: adds -g, the lens flags and, unless the verb
    has formats of its own, --format. What `lists` nothing has no lines for jsonl, and says so at once."""

    def register(function: Callable[..., Answer]) -> Callable[..., None]:
        own = inspect.signature(function)
        hints = get_type_hints(function, include_extras=True)

        def verb(**values: Any) -> None:
            flags = {flag: values.pop(flag) for flag in _LENS_FLAGS}
            call = Call(values.pop("graph"), flags, "text" if own_format else values.pop("format"))
            run(name.split()[-1], call, lambda: function(call, **values), lists)

        parameters = [p.replace(annotation=hints[p.name]) for p in list(own.parameters.values())[1:]]
        extra = {"graph": (GraphOption, "ai"), **_LENS_FLAGS}
        if not own_format:
            extra["format"] = (FormatOption, "text")
        parameters += [
            inspect.Parameter(flag, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for flag, (kind, default) in extra.items()
        ]
        verb.__signature__ = own.replace(  # type: ignore[attr-defined]
            parameters=[p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in parameters], return_annotation=None
        )
        verb.__annotations__ = {p.name: p.annotation for p in parameters}
        verb.__doc__ = f"{inspect.getdoc(function)}\n\nExample: {example}"
        app.command(name.split()[-1])(verb)
        return verb

    return register


def run(name: str, call: Call, work: Callable[[], Answer], lists: bool = True) -> None:
    """Run a verb: its answer on stdout, talk on stderr, the exit code of the interface."""
    try:
        check_format(call.format)
        if call.format == "jsonl" and not lists:
            raise UsageError(f"{name} lists nothing: --format json, not jsonl")
        answer = work()
        problems = [*call.quiet_problems, *answer.problems]
        if answer.lines is None:
            emit(render(name, call._view, answer, problems, call.format))
        else:
            for lines in answer.lines:
                emit(lines)
    except CircularityError as error:
        typer.echo(f"circularity {name}: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    tell(problems)
    if has_errors(problems):
        raise typer.Exit(1)


def emit(text: str) -> None:
    """Write to stdout as UTF-8 whatever the locale, and end quietly where the reader is gone."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
    except OSError as error:  # a full disk
        sys.stdout = None  # or Python tries again as it ends
        typer.echo(f"circularity: the answer could not be written: {error.strerror}", err=True)
        raise SystemExit(3) from None


def tell(problems: list[Problem], most: int = 20) -> None:
    """Errors and warnings on stderr, one line each."""
    serious = [problem for problem in problems if problem.severity != "note"]
    for problem in serious[:most]:
        typer.echo(one_line(str(problem)), err=True)
    if len(serious) > most:
        typer.echo(f"… and {len(serious) - most} more: circularity check lists them", err=True)
