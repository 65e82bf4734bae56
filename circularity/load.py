"""Open a graph by name or path: a bundled dataset, a dataset folder, or a ledger file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from circularity.errors import UsageError
from circularity.graph.lens import Lens
from circularity.graph.view import View, view_dataset, view_table
from circularity.model.dataset import Dataset
from circularity.problems import Problem
from circularity.resources import bundled, bundled_graphs
from circularity.words import near


@dataclass(frozen=True, slots=True)
class Graph:
    """An open graph: its facts, what is wrong with them, and the lens it is read with by default."""

    name: str
    version: str
    sha256: str
    facts: Any
    """A `Dataset`, or a `Ledger` of `circularity.io.ledger`."""
    problems: tuple[Problem, ...]
    default: Lens

    @property
    def dataset(self) -> Dataset | None:
        return self.facts if isinstance(self.facts, Dataset) else None

    def view(self, lens: Lens | None = None, **changes: Any) -> View:
        """The graph under a lens; keywords change the default lens."""
        lens = replace(lens or self.default, **changes)
        if isinstance(self.facts, Dataset):
            return view_dataset(self.facts, lens)
        return view_table(self.facts.table, lens, name=self.name, version=self.version, sha256=self.sha256)


def open_graph(where: str | Path = "ai") -> Graph:
    """Open a bundled graph by name, a dataset folder, or a ledger file (`-`: standard input).

    Raises UsageError where there is no such thing. Bad data raises nothing: see `Graph.problems`.

    >>> open_graph("ai").name
    'ai'
    """
    names = bundled_graphs()
    path = Path(where)
    if str(where) in names:
        return _dataset(bundled("graphs") / str(where))
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
    except OSError:  # a name that no file can have
        is_file = is_folder = False
    if str(where) == "-" or is_file:
        return _ledger(path)
    if is_folder:
        return _dataset(path)
    hint = near(str(where), names)
    raise UsageError(f"'{str(where)[:200]}' is neither a bundled graph ({', '.join(names)}) nor a folder or file{hint}")


def _dataset(folder: Path) -> Graph:
    from circularity.io.dataset import load_dataset

    data, problems = load_dataset(folder)
    about = data.description
    day = about.lens.as_of or about.as_of
    lens = Lens(
        as_of=None if day == date.max else day.isoformat(),  # the last day stands for one that cannot be read
        status=about.lens.status,
        amount=about.lens.amount,
        complete="none" if about.lens.strangers(data.parties) else about.lens.complete,
    )
    return Graph(about.name, about.version, data.sha256, data, tuple(problems), lens)


def _ledger(path: Path) -> Graph:
    from circularity.io.ledger import load_ledger

    ledger, problems = load_ledger(path)
    return Graph(ledger.name, "", ledger.sha256, ledger, tuple(problems), Lens())
