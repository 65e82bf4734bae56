"""Fill in the parts of the docs that follow from the code, and write the schema of dataset files.

    python docs/generate.py            write
    python docs/generate.py --check    say what is out of date, and exit 1

A part stands in a page between `<!-- begin NAME -->` and `<!-- end -->`; all else is written by hand.
The console blocks of the README are run, so that it shows what the commands print today.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typer.main
from pydantic import BaseModel, TypeAdapter

from circularity.cli.app import app
from circularity.cli.options import LENS
from circularity.io.ledger import MAX_LINE, OPTIONAL, REQUIRED
from circularity.load import open_graph
from circularity.model.accounts import FIGURES, Account, Figure, Period, SignedConflict
from circularity.model.amounts import AmountField, Original, SignedAmountField
from circularity.model.base import Currency, Day, Identifier, Published
from circularity.model.claims import Claim, Estimate
from circularity.model.dataset import Defaults, Description, Expectation
from circularity.model.deals import Count, Deal, Instalment, KindId, Leg, Link, Percent, Share, When
from circularity.model.evidence import Conflict, Source, Statement, Url, strongest, tiers_of
from circularity.model.kinds import FAMILIES, KINDS
from circularity.model.parties import PARTY_KINDS, Identifiers, Party
from circularity.model.schema import file_schema
from circularity.model.status import ENDED, STATUSES, Event
from circularity.model.terms import AccountPeriod, AccountSum, LegSum, LoopCount, Ours, TripOf, WebSum
from circularity.problems import CODES

DOCS = Path(__file__).resolve().parent
README = DOCS.parent / "README.md"
NOTEBOOK = DOCS / "notebook.ipynb"
SCHEMA = DOCS / "schema" / "dataset.schema.json"


def documents() -> dict[Path, str]:
    """Every file that follows from the code, with its text as it should be."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
    filled = {path: fill(text) for path, text in pages.items() if "<!-- begin " in text}
    readme = run_consoles(README.read_text(encoding="utf-8"))
    data_schema = json.dumps(file_schema(), indent=2, ensure_ascii=False) + "\n"
    return {**filled, README: readme, NOTEBOOK: run_notebook(NOTEBOOK.read_text(encoding="utf-8")), SCHEMA: data_schema}


@cache
def run_notebook(text: str) -> str:
    """The notebook with what its cells print today, run from the first to the last."""
    book = json.loads(text)
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    sources = json.dumps(["".join(cell["source"]) for cell in cells])
    with TemporaryDirectory() as empty:  # nobody's settings or history
        done = subprocess.run(
            [sys.executable, DOCS / "cells.py"],
            input=sources.encode(),
            stdout=subprocess.PIPE,
            check=True,
            env={**os.environ, "IPYTHONDIR": empty},
        )
    for number, (cell, outputs) in enumerate(zip(cells, json.loads(done.stdout), strict=True), 1):
        cell.update(execution_count=number, outputs=outputs)
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def run_consoles(text: str) -> str:
    """A page whose console blocks show what their command prints."""

    def block(match: re.Match[str]) -> str:
        return f"```console\n$ {match[1]}\n{printed(match[1])}```"

    return re.sub(r"```console\n\$ (circularity [^\n]*)\n.*?```", block, text, flags=re.DOTALL)


@cache
def printed(command: str) -> str:
    """What a command prints where nobody's terminal cuts it."""
    words = shlex.split(command)[1:]
    done = subprocess.run([sys.executable, "-m", "circularity", *words], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def fill(text: str) -> str:
    """A page with its parts made anew."""

    def part(match: re.Match[str]) -> str:
        name, *argument = match[1].split()
        return f"<!-- begin {match[1]} -->\n\n{PARTS[name](*argument).strip()}\n\n<!-- end -->"

    return re.sub(r"<!-- begin ([\w .-]+?) -->.*?<!-- end -->", part, text, flags=re.DOTALL)


# parts


def problems() -> str:
    levels = ("error", "warning", "note")
    ordered = sorted(CODES.items(), key=lambda item: levels.index(item[1].severity))
    return table(
        ("code", "severity", "what is wrong", "what to do"),
        ((f"`{k}`", c.severity, c.meaning, c.action) for k, c in ordered),
    )


def kinds(family: str) -> str:
    assert family in FAMILIES
    heads = ("kind", "payer → payee", "what comes back", "", "counts as", "in Neo4j")
    return table(heads, (
        (f"`{kind.id}`: {kind.noun}", f"{kind.payer} → {kind.payee}", kind.returns,
         ", ".join((kind.measure, "cash" if kind.cash else "no cash")),
         {"rent_back": "revenue, and in scope *all* funding"}.get(kind.role or "", kind.role or "neither"), f"`{kind.neo4j}`")
        for kind in KINDS.values() if kind.family == family
    ))  # fmt: skip


def party_kinds() -> str:
    return table(
        ("kind", "what it is", "label in Neo4j"), ((f"`{k.id}`", k.noun, f"`{k.label}`") for k in PARTY_KINDS.values())
    )


def statuses() -> str:
    rising = " < ".join(f"`{status}`" for status in STATUSES if status not in ENDED)
    return (
        f"{rising}; {' · '.join(f'`{status}`' for status in STATUSES if status in ENDED)} end a leg from their day on."
    )


def figures() -> str:
    return ", ".join(f"`{name}`" for name in FIGURES)


def example(file: str) -> str:
    return f"```yaml\n{(DOCS / 'example' / file).read_text(encoding='utf-8').strip()}\n```"


def columns() -> str:
    return f"Required: {_codes(REQUIRED)}. Optional: {_codes(OPTIONAL)}. No line is longer than {MAX_LINE >> 20} MiB."


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines)


# fields of the facts

MODELS: dict[str, type[BaseModel]] = {
    model.__name__: model
    for model in (
        Description, Defaults, Expectation, Source, Statement, Conflict, Party, Identifiers, Deal, Leg, Event, When,
        Instalment, Link, Original, Account, Period, Figure, SignedConflict, Claim, Estimate, Ours, LegSum, AccountSum, AccountPeriod, TripOf, WebSum,
        LoopCount,
    )
}  # fmt: skip

FORMS: dict[str, Any] = {
    "id": Identifier, "day": Day, "year, month or day": Published, "address": Url, "amount": AmountField,
    "amount, may be negative": SignedAmountField, "number": Count, "percentage": Percent, "share, 0 to 1": Share,
    "currency, three letters": Currency, "kind of leg": KindId,
}  # fmt: skip


def _bare(value: dict[str, Any]) -> dict[str, Any]:
    return {key: inner for key, inner in value.items() if key not in ("title", "description", "default")}


_WORDS = {json.dumps(_bare(TypeAdapter(kind).json_schema())): word for word, kind in FORMS.items()}


def fields(name: str) -> str:
    """The table of a model's fields, from the model itself."""
    model = MODELS[name]
    properties = model.model_json_schema(by_alias=True)["properties"]
    rows = []
    for key, field in model.model_fields.items():
        shown = field.alias or key
        assert field.description, f"{name}.{key} has no description"
        needed = "**required**; " if field.is_required() else ""
        default = f"; default `{field.default}`" if isinstance(field.default, str) else ""
        rows.append((f"`{shown}`", word(properties[shown]), needed + field.description + default))
    about = (model.__doc__ or "").split("\n\n")[0].replace("\n", " ").strip()
    return f"{about}\n\n{table(('field', 'holds', 'meaning'), rows)}"


def word(value: dict[str, Any]) -> str:
    """What a field holds, for people."""
    bare = _bare(value)
    found = _WORDS.get(json.dumps(bare))
    if found:
        return found
    if "oneOf" in bare:
        return " or ".join(word(inner) for inner in bare["oneOf"])
    if "anyOf" in bare:
        choices = [inner for inner in bare["anyOf"] if inner != {"type": "null"}]
        return _WORDS.get(json.dumps({"anyOf": choices})) or " or ".join(word(inner) for inner in choices)
    if "$ref" in bare:
        name = bare["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in bare:
        return f"`{bare['const']}`"
    if "enum" in bare:
        return " · ".join(f"`{choice}`" for choice in bare["enum"])
    if bare.get("type") == "array":
        return f"list of {word(bare['items'])}"
    return {"string": "text", "boolean": "true or false"}.get(str(bare.get("type")), "number")


# the command line


def verbs() -> str:
    return "\n\n".join(f"### `circularity {name}`\n\n{page}" for name, page in _pages(_command().commands))


def lens() -> str:
    (some,) = (command for name, command in _command().commands.items() if name == "check")
    return _flags(p for p in some.params if p.rich_help_panel == LENS)


def _command() -> Any:
    return typer.main.get_command(app)


def _pages(commands: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pages: list[tuple[str, str]] = []
    for name, command in commands.items():
        if hasattr(command, "commands"):
            pages += _pages(command.commands, f"{prefix}{name} ")
        else:
            pages.append((prefix + name, _page(command)))
    return pages


def _page(command: Any) -> str:
    about, _, shown = (command.help or "").partition("Example: ")
    parameters = [p for p in command.params if p.name != "help"]
    own = [p for p in parameters if getattr(p, "rich_help_panel", None) != LENS]
    also = "\n\nAnd [the lens](#the-lens)." if len(own) < len(parameters) else ""
    return f"{about.strip()}\n\n```sh\n{shown.strip()}\n```\n\n{_flags(own)}{also}"


def _flags(parameters: Iterable[Any]) -> str:
    rows = [_flag(parameter) for parameter in parameters]
    width = 3 if any(default for _, _, default in rows) else 2
    return table(("", "meaning", "default")[:width], (row[:width] for row in rows))


def _flag(parameter: Any) -> tuple[str, str, str]:
    optional = parameter.param_type_name == "option"
    name = ", ".join(parameter.opts) if optional else parameter.metavar or parameter.name.upper()
    value = parameter.metavar if optional and not parameter.is_flag else None
    shown = f"`{name}{f' {value}' if value else ''}`"
    default = parameter.default
    if parameter.required:
        return shown, parameter.help or "", "**required**"
    return shown, parameter.help or "", "" if default in (None, False, (), []) or callable(default) else f"`{default}`"


SECTIONS: dict[str, tuple[str, ...]] = {
    "rounds and tranches": ("equity_cash", "convertible"),
    "cloud and compute commitments": ("cloud_purchase",),
    "purchases of chips and systems": ("purchase",),
    "prepayments, capital of joint ventures": ("prepayment", "jv_contribution"),
    "GPU-backed, SPV and other debt": ("loan", "repayment", "interest"),
    "leases": ("lease_payment",),
    "rent-backs": ("rent_back",),
    "guarantees and backstops": ("guarantee",),
    "warrants and options": ("warrant", "exercise"),
    "stakes held": ("stake",),
    "licences, services, shares of revenue": ("licence", "service", "revenue_share"),
    "acquisitions, sales of shares": ("acquisition", "secondary_sale"),
    "paid in kind": ("in_kind",),
}
"""What the AI graph holds, in the words of docs/data.md; what no section names is in the last row."""


def sections() -> str:
    graph = open_graph("ai")
    day, sources = graph.facts.description.as_of, graph.facts.sources
    named = {kind: section for section, kinds in SECTIONS.items() for kind in kinds}
    rows = {section: [0, 0, 0, 0, 0] for section in (*SECTIONS, "other")}
    for leg in graph.facts.leg_index.values():
        last = max((event for event in leg.history if event.date <= day), key=lambda event: event.date, default=None)
        tiers = set(tiers_of(leg.statements, sources))
        priced = leg.amount.known or any(event.amount and event.amount.known for event in leg.history)
        publishers = {_house(sources[said.source]) for said in leg.statements if said.source in sources}
        marks = (
            True,
            priced,
            bool(tiers & {"filing", "company"}),
            len(publishers) > 1,
            bool(last and last.status in ENDED),
        )
        row = rows[named.get(leg.kind, "other")]
        rows[named.get(leg.kind, "other")] = [count + mark for count, mark in zip(row, marks, strict=True)]
    rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
    heads = ("section", "legs", "with a figure", "with a filing or statement", "with two publishers", "ended")
    return table(heads, ((name, *map(str, row)) for name, row in rows.items() if row[0]))


BACKING = {
    "filing or statement": ("filing", "company"),
    "original press": ("press",),
    "relayed": ("relayed", "claim"),
}


def backing() -> str:
    """What share of the legs, and of the dollars they stand at, rests on what at best."""
    facts = open_graph("ai").facts
    worth = {leg.id: _worth(leg) for leg in facts.leg_index.values()}
    order = sorted(facts.leg_index.values(), key=lambda leg: (-worth[leg.id], leg.id))
    binding = [leg for leg in order if leg.history[-1].status in ("committed", "partly_paid", "paid")]
    groups = {"the largest hundred": order[:100], "committed or paid": binding, "all": order}
    rows = [_backed(name, legs, worth, facts.sources) for name, legs in groups.items()]
    own = ("only as copy or extract", "two publishers")
    return table(("legs", "dollars", *BACKING, *own), rows)


def _house(source: Source) -> str:
    """The publisher without what is said of the document in brackets."""
    return source.publisher.split(" (")[0]


def _worth(leg: Leg) -> Decimal:
    """The upper bound, else what is known, of the newest amount that was stated."""
    stated = next((event.amount for event in reversed(leg.history) if event.amount and event.amount.known), leg.amount)
    return next((bound for bound in reversed(stated) if bound is not None), Decimal(0))


def _backed(name: str, legs: list[Leg], worth: dict[str, Decimal], sources: Mapping[str, Source]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    dollars: Counter[str] = Counter()
    for leg in legs:
        documents = [sources[said.source] for said in leg.statements if said.source in sources]
        best = strongest(tiers_of(leg.statements, sources))
        kind = next(kind for kind, tiers in BACKING.items() if best in tiers)
        own = [sources[said.source] for said in leg.statements if said.source in sources and not said.retold]
        originals = [document for document in own if document.tier in BACKING["filing or statement"]]
        marks = [kind]
        marks += ["extract"] * (bool(originals) and all(document.read_as for document in originals))
        marks += ["two"] * (len(set(map(_house, documents))) > 1)
        for mark in marks:
            counts[mark] += 1
            dollars[mark] += int(worth[leg.id])
    whole = sum(int(worth[leg.id]) for leg in legs)
    shown = [f"{counts[mark]} ({dollars[mark] / whole:.0%})" for mark in (*BACKING, "extract", "two")]
    return name, f"{whole / 10**9:,.0f}bn", *shown


PARTS: dict[str, Callable[..., str]] = {
    "problems": problems, "kinds": kinds, "party-kinds": party_kinds, "statuses": statuses, "figures": figures,
    "example": example, "columns": columns, "fields": fields, "verbs": verbs, "lens": lens,
    "sections": sections, "backing": backing,
}  # fmt: skip


def main(arguments: list[str]) -> int:
    stale = {path: text for path, text in documents().items() if not path.is_file() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        print(path.relative_to(DOCS.parent))
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
