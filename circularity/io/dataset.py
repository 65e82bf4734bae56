"""A dataset folder → `Dataset` and every problem found on the way.

    dataset.yaml      what the dataset is (`model.dataset.Description`)
    **/*.yaml         any of the keys: sources, parties, deals, accounts, claims, estimates

A fact that is wrong is left out and reported; the others are kept. Loading never raises for bad
data, only for a path that is not there.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from circularity.errors import UsageError
from circularity.io import cache, yamltext
from circularity.io.checks import check_dataset, ignored_files
from circularity.io.collector import no_collections
from circularity.io.yamltext import Document
from circularity.model.accounts import Account
from circularity.model.claims import Claim, Estimate
from circularity.model.dataset import Dataset, Description, history_of
from circularity.model.deals import Deal, Leg
from circularity.model.evidence import Source
from circularity.model.parties import Party
from circularity.problems import CODES, Place, Problem, sort_problems
from circularity.words import near

M = TypeVar("M", bound=BaseModel)
Steps = tuple[str | int, ...]
"""Steps from a file's root to a value."""

SECTIONS = ("sources", "parties", "deals", "accounts", "claims", "estimates")
_PYDANTIC_CODES = {"extra_forbidden": "unknown-key", "missing": "missing-key", "model_type": "yaml-shape"}


def load_dataset(folder: str | Path) -> tuple[Dataset, list[Problem]]:
    """Read a folder. The result holds what is right; the problems say what is not."""
    root = Path(folder)
    if not (root / "dataset.yaml").exists():
        raise UsageError(f"{root} is not a dataset: it has no dataset.yaml")
    texts, problems = _texts(root)
    digest = hashlib.sha256()
    for shown, data in texts.items():
        digest.update(os.fsencode(shown) + b"\0" + hashlib.sha256(data).digest())
    large = sum(map(len, texts.values())) >= _WORTH_KEEPING
    name = cache.entry(digest.hexdigest(), root.name) if large else None
    facts = cache.fetch(name) if name else None
    if facts is None:
        with no_collections():
            facts = _read(texts, root.name)
            if name:
                cache.keep(name, facts)
    *tables, found = facts
    return Dataset(tables[0], digest.hexdigest(), *tables[1:]), sort_problems(problems + list(found))


_WORTH_KEEPING = 1 << 16
"""Bytes that take longer to read anew than a cache takes."""


def _texts(root: Path) -> tuple[dict[str, bytes], list[Problem]]:
    """The bytes of each file, and what is wrong with the folder."""
    problems = ignored_files(root)
    texts: dict[str, bytes] = {}
    for path in _files(root):
        shown = path.relative_to(root).as_posix()
        data, found = yamltext.read_bytes(path, shown, root)
        problems += found
        if data is not None:
            texts[shown] = data
    return texts, problems


def _read(texts: dict[str, bytes], name: str) -> tuple[Any, ...]:
    """The tables of a dataset in the order of `Dataset`, and the problems: all that follows from the bytes."""
    problems: list[Problem] = []
    documents: list[Document] = []
    for shown, data in texts.items():
        document, found = yamltext.parse(data, shown)
        problems += found
        if document is not None:
            documents.append(document)
    reader = _Reader(problems)
    description = reader.description(documents, name)
    for document in documents:
        if document.file != "dataset.yaml":
            reader.document(document)
    tables = (
        description, reader.sources, reader.parties, reader.deals, tuple(reader.accounts),
        tuple(reader.claims), tuple(reader.estimates), reader.places,
    )  # fmt: skip
    problems += check_dataset(Dataset(tables[0], "", *tables[1:]))
    return *tables, tuple(problems)


def _files(root: Path) -> Iterator[Path]:
    """Dataset files in an order that no file system decides."""
    return iter(sorted(root.rglob("*.yaml"), key=lambda path: path.relative_to(root).as_posix()))


def identifier_of(name: str) -> str:
    """A folder's name as an id, for a dataset whose description cannot be read."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:100] or "dataset"


def _mended(said: Any, name: str) -> Description:
    """A description without the fields that are wrong."""
    blank = {
        "name": identifier_of(name), "version": "0", "title": name, "scope": "", "inclusion": "",
        "as_of": date.max, "licence": "",
    }  # fmt: skip
    raw = {**blank, **said} if isinstance(said, dict) else blank
    try:
        return Description.model_validate(raw)
    except ValidationError as error:
        wrong = {item["loc"][0] for item in error.errors(include_url=False, include_context=False)}
    return Description.model_validate({**blank, **{key: value for key, value in raw.items() if key not in wrong}})


class _Reader:
    """Collects facts file by file."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.sources: dict[str, Source] = {}
        self.parties: dict[str, Party] = {}
        self.deals: dict[str, Deal] = {}
        self.accounts: list[Account] = []
        self.claims: list[Claim] = []
        self.estimates: list[Estimate] = []
        self.places: dict[str, Place] = {}

    def description(self, documents: list[Document], name: str) -> Description:
        """What `dataset.yaml` says; a field that it says wrongly is as if it were left out."""
        document = next((each for each in documents if each.file == "dataset.yaml"), None)
        if document is None:
            return _mended({}, name)
        found = self.validate(Description, document.value, document, ()) or _mended(document.value, name)
        self.places["lens"] = document.place("lens", "complete")
        for number in range(len(found.expectations)):
            self.places[f"expectation:{number}"] = document.place("expectations", number)
        return found

    def document(self, document: Document) -> None:
        if not isinstance(document.value, dict):
            self.report("yaml-shape", f"expected the keys {', '.join(SECTIONS)}", document.place())
            return
        for key in document.value:
            if key not in SECTIONS:
                self.report("unknown-key", f"'{key[:60]}' is not one of {', '.join(SECTIONS)}", document.place(key))
        self.read_sources(document)
        for key, read in (
            ("parties", self.party), ("deals", self.deal), ("accounts", self.account),
            ("claims", self.claim), ("estimates", self.estimate),
        ):  # fmt: skip
            self.read_list(document, key, read)

    def read_sources(self, document: Document) -> None:
        raw = document.value.get("sources") or {}
        if not isinstance(raw, dict):
            self.report("yaml-shape", "sources is a mapping of keys to documents", document.place("sources"))
            return
        for key, value in raw.items():
            source = self.validate(Source, value, document, ("sources", key))
            if source and self.is_new("source", key, document.place("sources", key)):
                self.sources[key] = source

    def read_list(self, document: Document, key: str, read: Callable[[Any, Document, int], None]) -> None:
        raw = document.value.get(key) or []
        if not isinstance(raw, list):
            self.report("yaml-shape", f"{key} is a list", document.place(key))
            return
        for index, item in enumerate(raw):
            if isinstance(item, dict):
                read(item, document, index)
            else:
                self.report("yaml-shape", f"an item of {key} is a mapping", document.place(key, index))

    def party(self, raw: dict[str, Any], document: Document, index: int) -> None:
        party = self.validate(Party, raw, document, ("parties", index))
        if party and self.is_new("party", party.id, document.place("parties", index)):
            self.parties[party.id] = party

    def deal(self, raw: dict[str, Any], document: Document, index: int) -> None:
        raw_legs = raw.get("legs")
        if not isinstance(raw_legs, list):
            self.validate(Deal, raw, document, ("deals", index))
            return
        legs: list[Leg] = []
        for number, raw_leg in enumerate(raw_legs):
            place = document.place("deals", index, "legs", number)
            leg = self.validate(Leg, raw_leg, document, ("deals", index, "legs", number))
            if leg and self.is_new("leg", leg.id, place):
                legs.append(leg)
        if raw_legs and not legs:
            return
        deal = self.validate(Deal, {**raw, "legs": legs}, document, ("deals", index))
        if deal is None or not self.is_new("deal", deal.id, document.place("deals", index)):
            return
        deal = deal.model_copy(update={"legs": tuple(history_of(deal, leg) for leg in deal.legs)})
        for leg in deal.legs:
            if not leg.history:
                self.report("no-history", f"leg {leg.id} has no status history", self.places[f"leg:{leg.id}"])
        self.deals[deal.id] = deal

    def account(self, raw: dict[str, Any], document: Document, index: int) -> None:
        account = self.validate(Account, raw, document, ("accounts", index))
        if account:
            self.places[f"account:{len(self.accounts)}"] = document.place("accounts", index)
            self.accounts.append(account)

    def claim(self, raw: dict[str, Any], document: Document, index: int) -> None:
        claim = self.validate(Claim, raw, document, ("claims", index))
        if claim and self.is_new("claim", claim.id, document.place("claims", index)):
            self.claims.append(claim)

    def estimate(self, raw: dict[str, Any], document: Document, index: int) -> None:
        estimate = self.validate(Estimate, raw, document, ("estimates", index))
        if estimate and self.is_new("estimate", estimate.id, document.place("estimates", index)):
            self.estimates.append(estimate)

    def is_new(self, what: str, key: str, place: Place) -> bool:
        spot = f"{what}:{key}"
        if spot in self.places:
            first = self.places[spot]
            self.report("duplicate-id", f"{what} {key} is already defined at {first.file}:{first.line}", place)
            return False
        self.places[spot] = place
        return True

    def validate(self, model: type[M], raw: Any, document: Document, path: Steps) -> M | None:
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False):
                self.report_invalid(model, item, document, path)
            return None

    def report_invalid(self, model: type[BaseModel], item: Any, document: Document, path: Steps) -> None:
        kind, where = item["type"], item["loc"]
        code = kind if kind in CODES else _PYDANTIC_CODES.get(kind, "bad-value")
        field = ".".join(str(step) for step in where)[:120]
        message = f"{field}: {item['msg']}" if field else str(item["msg"])
        if code == "unknown-key":
            known = {f.alias or name for name, f in model.model_fields.items()} if len(where) == 1 else set()
            message = f"'{field}' is not a field" + near(str(where[-1]), known)
        elif code == "missing-key":
            message = f"'{field}' is missing"
        self.report(code, message, document.place(*path, *where))

    def report(self, code: str, message: str, place: Place) -> None:
        self.problems.append(Problem(code, message, place))
