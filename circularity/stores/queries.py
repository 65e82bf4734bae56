"""Cypher files: a header of comments (question, parameters, twin), then one statement.

    // question: Who pays PARTY the most?
    // parameters: party = "nvidia" (the payee)
    // parameters: top = 20 (rows)
    // twin: circularity.analysis.positions.payers

A default is written as JSON and gives the parameter its type. `// picture` marks a file that returns
paths for Neo4j Browser to draw; every other file returns scalars and lists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from circularity.errors import UsageError
from circularity.resources import bundled
from circularity.words import near

SUFFIX = ".cypher"
_MAX_BYTES = 1024 * 1024
_TOKEN = re.compile(
    r"""'(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" | `[^`]*` | //[^\n]* | /\*.*?\*/ | ; | [^'"`/;]+ | .""", re.X | re.S
)
_HEADER = re.compile(r"//\s*(question|parameters|twin|picture)\b:?\s*(.*)")
_PARAMETER = re.compile(r"(\w+)\s*=\s*(.+?)\s*(?:\((.*)\))?\s*")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `$name` of a query: its default, which gives its type, and what it means."""

    name: str
    default: Any
    meaning: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question in Cypher."""

    name: str
    text: str
    question: str = ""
    parameters: tuple[Parameter, ...] = ()
    twin: str | None = None
    """Dotted name of the analyzer in Python that answers the same."""
    picture: bool = False

    def bind(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Parameter values: the defaults, with what was given as text read in the default's type."""
        known = {parameter.name: parameter for parameter in self.parameters}
        values = {name: parameter.default for name, parameter in known.items()}
        for name, text in given.items():
            if known and name not in known:
                raise UsageError(f"{self.name} has no parameter '{name[:60]}'{near(name, known)}")
            values[name] = _typed(name, text, known[name].default) if known else _loose(text)
        return values


@dataclass(frozen=True, slots=True)
class Question:
    """A query that is ready to be sent."""

    query: Query
    text: str
    parameters: dict[str, Any]


def question(file: str | None, text: str | None, parameters: Sequence[str] = ()) -> Question:
    """What a command line asks: a file or bundled name, or a text, with `name=value` parameters."""
    if (file is None) == (text is None):
        raise UsageError("give either a file (or the name of a bundled question) or -e QUERY")
    query = find_query(file) if file is not None else read_query(text or "")
    given = {}
    for pair in parameters:
        name, sign, value = pair.partition("=")
        if not sign or not name.isidentifier():
            raise UsageError(f"-P takes name=value, not '{pair[:60]}'")
        given[name] = value
    return Question(query, query.text, query.bind(given))


def bundled_queries() -> list[str]:
    """Names of the questions that travel with the package, sorted."""
    return sorted(path.stem for path in (bundled("cypher") / "queries").glob(f"*{SUFFIX}"))


def find_query(where: str | Path) -> Query:
    """A query by the path of its file or, for a bundled one, by name.

    >>> find_query("two-party-loops").twin
    'circularity.analysis.cycles.find_cycles'
    """
    path = Path(where)
    if path.is_file():
        return read_query(_text(path), path.stem)
    names = bundled_queries()
    name = str(PurePosixPath(where)).removeprefix("cypher/").removeprefix("queries/").removesuffix(SUFFIX)
    if name in names:
        return read_query(_text(bundled("cypher") / "queries" / f"{name}{SUFFIX}"), name)
    shown = str(where)[:120]
    raise UsageError(f"'{shown}' is neither a file nor a bundled question ({', '.join(names)}){near(shown, names)}")


def read_query(text: str, name: str = "query") -> Query:
    """A query from its text; a text without a header is a query without parameters' defaults."""
    said: dict[str, list[str]] = {"question": [], "parameters": [], "twin": [], "picture": []}
    for line in text.lstrip("\ufeff").splitlines():
        if line.strip() and not line.lstrip().startswith("//"):
            break
        match = _HEADER.fullmatch(line.strip())
        if match:
            said[match[1]].append(match[2].strip())
    found = statements(text)
    if len(found) != 1:
        raise UsageError(f"{name} holds {len(found)} statements; a query is one")
    return Query(
        name=name,
        text=found[0],
        question=" ".join(said["question"]),
        parameters=tuple(_parameter(name, line) for line in said["parameters"] if line),
        twin=" ".join(said["twin"]) or None,
        picture=bool(said["picture"]),
    )


def statements(text: str) -> list[str]:
    """The statements of a text, split at `;` outside of quotes and comments; comments are dropped."""
    found, current = [], ""
    for token in _TOKEN.findall(text.lstrip("\ufeff")):
        if token == ";":
            found.append(current)
            current = ""
        elif token.startswith(("//", "/*")) and len(token) > 1:
            current += " " if token.startswith("/*") else ""
        else:
            current += token
    lines = [[line.rstrip() for line in part.splitlines() if line.strip()] for part in (*found, current)]
    return ["\n".join(part) for part in lines if part]


def columns_of(text: str) -> list[str]:
    """The names of the columns that a statement returns, read from its text.

    >>> columns_of("MATCH (a) RETURN a.id AS id, [1, 2] AS pair, count(*) ORDER BY id LIMIT 3")
    ['id', 'pair', 'count(*)']
    """
    items: list[str] = []
    depth, reading = 0, False
    for token in re.findall(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|\w+|\s+|.""", text, re.S):
        depth += (token in "([{") - (token in ")]}")
        word = token.upper() if depth == 0 else ""
        if word == "RETURN":
            items, reading = [""], True
        elif word in ("ORDER", "SKIP", "LIMIT", "OFFSET", "UNION"):
            reading = False
        elif reading and depth == 0 and token == ",":
            items.append("")
        elif reading:
            items[-1] += token
    return [_column(item) for item in items]


def _column(item: str) -> str:
    words = re.sub(r"^\s*DISTINCT\b", "", item, flags=re.I).strip()
    match = re.fullmatch(r".*\bAS\s+(`[^`]*`|\w+)", words, re.I | re.S)
    return match[1].strip("`") if match else words


def _parameter(query: str, line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match:
        try:
            return Parameter(match[1], json.loads(match[2]), match[3] or "")
        except ValueError:
            pass
    raise UsageError(f"{query}: '// parameters: {line[:60]}' is not 'name = default (meaning)'")


def _typed(name: str, text: str, default: Any) -> Any:
    """Text in the type of the default; text itself where the default is text."""
    if default is None:
        return _loose(text)
    if isinstance(default, str):
        return text
    value = _loose(text)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if isinstance(default, list) and isinstance(value, str):
        return [part.strip() for part in text.split(",")]
    if type(value) is not type(default):
        raise UsageError(f"parameter {name} is like {json.dumps(default)}, not '{text[:60]}'")
    return value


def _loose(text: str) -> Any:
    """A JSON literal, else the text itself."""
    try:
        return json.loads(text, parse_constant=_refused)
    except ValueError:
        return text


def _refused(word: str) -> Any:
    raise ValueError(word)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            raise UsageError(f"{path} is too large to be a query")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
