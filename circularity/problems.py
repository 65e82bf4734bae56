"""Findings about data. A problem is a value: bad data never raises.

`CODES` is the one table of what can be wrong with a fact; `docs/problems.md` is made from it and
`tests/samples/` holds one file for every row, with exactly that flaw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands: file as given by the user, line counted from 1 (0: the whole file)."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table: how bad it is, what it means, what to do about it."""

    severity: Severity
    meaning: str
    action: str


CODES: dict[str, Code] = {
    # text
    "file-missing": Code("error", "a file that was named is not there", "check the path"),
    "file-too-large": Code(
        "error", "a file is larger than any dataset file can be", "split the file; keep one topic per file"
    ),
    "file-empty": Code("error", "a file holds nothing", "add its content or delete the file"),
    "outside-dataset": Code("error", "a link leads out of the dataset folder", "copy the file into the folder"),
    "encoding": Code("error", "a file is not UTF-8", "save the file as UTF-8"),
    "yaml-syntax": Code("error", "a file is not valid YAML", "mend the line that is named"),
    "yaml-alias": Code("error", "anchors, aliases and merge keys are not used here", "write the value out in full"),
    "yaml-depth": Code("error", "a file is nested deeper than any fact is", "flatten the value"),
    "yaml-shape": Code("error", "a mapping or a list was expected here", "compare with docs/data-model.md"),
    "duplicate-key": Code("error", "a key stands twice in one mapping", "keep one of the two"),
    "parquet-syntax": Code("error", "a file is not valid Parquet", "write the file anew, or use CSV"),
    # one fact
    "unknown-key": Code("error", "a field has a name that no fact has", "compare with docs/data-model.md"),
    "missing-key": Code("error", "a required field is missing", "add the field"),
    "bad-value": Code("error", "a value is not what its field holds", "write the value as docs/data-model.md shows it"),
    "bad-id": Code("error", "an id has characters an id may not have", "use lower-case letters, digits, '-' and '.'"),
    "bad-amount": Code(
        "error",
        "an amount is not a plain positive number, range or 'undisclosed'",
        "write 30bn, up to 30bn, 2bn..3bn or undisclosed",
    ),
    "amount-order": Code("error", "low, point and high of an amount do not rise in this order", "reorder the bounds"),
    "bad-date": Code("error", "a date does not exist or is not YYYY-MM-DD", "write the day as YYYY-MM-DD"),
    "date-order": Code("error", "a period ends before it begins", "swap the two dates"),
    "bad-percent": Code("error", "a share is not between 0 and 100 per cent", "write the share as a percentage"),
    "bad-url": Code("error", "an address is not http or https", "give the address of the document"),
    "unknown-kind": Code("error", "a leg's kind is not in the kinds table", "use a kind that docs/kinds.md lists"),
    "no-history": Code(
        "error",
        "a leg has no status history and its deal has none to inherit",
        "add a history item with status, date and source",
    ),
    "schedule-share": Code("error", "the shares of a schedule do not add up to one", "make the shares sum to 1"),
    # facts together
    "duplicate-id": Code("error", "an id is used twice", "rename one of the two"),
    "unknown-party": Code("error", "a party is named that no file defines", "define the party or mend its id"),
    "unknown-source": Code("error", "a source is named that no file defines", "define the source or mend its key"),
    "unknown-leg": Code("error", "a link points at a leg that does not exist", "mend the id of the linked leg"),
    "unknown-parent": Code("error", "a party's parent is not a party", "define the parent or mend its id"),
    "parent-cycle": Code("error", "a party is its own parent by way of others", "break the ring of parents"),
    "self-leg": Code("error", "payer and payee of a leg are the same party", "name two parties"),
    "outside-external": Code(
        "error", "money from or to outside needs both the party OUTSIDE and the kind external", "give both or neither"
    ),
    "stakes-over-100": Code(
        "error",
        "the latest stakes in one company add up to more than all of it",
        "mend the percentages or end the older stake",
    ),
    "status-order": Code("warning", "a status is dated before one it should follow", "mend the dates or the statuses"),
    "fx-mismatch": Code(
        "warning", "original amount times rate is not the amount in the graph's currency", "mend the amount or the rate"
    ),
    "part-over-whole": Code(
        "warning", "the parts of a leg add up to more than the leg itself", "mend the amounts or the part_of"
    ),
    "overlap-ring": Code("error", "legs are declared part of each other in a ring", "keep one direction of part_of"),
    "end-of-history": Code(
        "warning", "a leg goes on after it was cancelled, superseded or expired", "split it into two legs"
    ),
    "source-conflict": Code(
        "warning", "one address stands under two sources that differ", "keep one source per document"
    ),
    "index-page": Code(
        "warning", "an address is a home or index page, not a document", "give the address of the document itself"
    ),
    "weak-evidence": Code(
        "note", "a leg rests on a single relayed source or claim", "find the filing or the company's statement"
    ),
    "undated-source": Code("note", "a source has no date of publication", "add the date"),
    "unused-source": Code("note", "a source supports no fact", "use it or delete it"),
    "unused-party": Code("note", "a party takes part in no deal and has no account", "use it or delete it"),
    "conflict": Code(
        "note", "sources disagree on a figure; one was chosen with a reason", "nothing to do; see --conflicts"
    ),
    "unknown-account": Code(
        "error",
        "the terms of an estimate name a line of accounts that no period gives, or that two give differently",
        "mend the party, the last day or the figure; add 'from' where several periods end on one day",
    ),
    "account-overlap": Code(
        "warning",
        "one line of a party's accounts has two values for periods that overlap",
        "keep one of the two, the other under its conflicts; a year beside its quarters is fine",
    ),
    "paid-over-promise": Code(
        "warning", "more was paid on a leg than was ever promised", "mend the amounts, or make the addition a leg"
    ),
    "warrant-direction": Code(
        "note",
        "a warrant goes from a customer to its supplier; to a customer is the usual way",
        "see that payer is who grants it; if it is so, nothing to do",
    ),
    "ceiling-as-point": Code(
        "note",
        "an amount is a point where its source states 'up to' the same sum",
        "write 'up to', so that the ceiling is no point",
    ),
    "same-pledge": Code(
        "note",
        "two legs of different deals have the same ends, kind and amount within 31 days",
        "if it is one pledge told twice, keep one leg with both sources; else nothing to do",
    ),
    "year-or-lifetime": Code(
        "note",
        "a leg of more than a year has an amount that its source states for a year, or amounts wildly unlike",
        "give the amount of the whole stretch",
    ),
    "file-ignored": Code(
        "warning", "a file has the ending .yml and is not read", "rename it to .yaml, or move it out of the folder"
    ),
    "bad-expectation": Code(
        "error",
        "the dataset does not hold what its expectations promise",
        "mend the data or, with a reason, the expectation",
    ),
    # ledgers
    "missing-column": Code(
        "error", "a ledger lacks a required column", "name the columns id,date,payer,payee,kind,amount"
    ),
    "unknown-column": Code("warning", "a ledger has a column that is not read", "rename or drop the column"),
    "row-shape": Code("error", "a row has more or fewer cells than the header", "quote cells that contain a comma"),
    "line-too-long": Code("error", "a line is longer than any row can be", "check that the file is a CSV ledger"),
    "second-currency": Code("error", "a ledger has more than one currency", "convert the amounts or split the ledger"),
    "similar-names": Code("note", "names differ only in case, spacing or punctuation", "write one name for one party"),
    "self-payment": Code(
        "warning", "payer and payee of a row are the same; the row does not count", "name two parties"
    ),
    "undated-rows": Code("note", "rows without a date count in static measures only", "add the dates"),
    "unpriced-rows": Code(
        "note", "rows have no amount: they are undisclosed, not zero", "add the amounts if they are known"
    ),
    # results
    "overlap": Code("note", "a leg's amount was reduced by its parts so that no sum counts both", "nothing to do"),
    "overdrawn": Code(
        "warning",
        "a party said to be complete pays more than it is known to have; it is treated as not complete",
        "add its missing inflows",
    ),
    "not-identified": Code(
        "note", "an unpriced leg lies on a route from the funding to the revenue", "find the amount of the leg"
    ),
    "truncated": Code("warning", "the search stopped at its limit", "raise --limit"),
    "too-large": Code("note", "a result was left out because of the size of the graph", "ask for it by its own flag"),
    "needs-extra": Code(
        "note", "a result was left out because it needs an extra that is not installed", "install the extra it names"
    ),
    "offline": Code("warning", "an address could not be reached", "try again, or replace the address"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: what is wrong, where, and what to do."""

    code: str
    message: str
    place: Place | None = None
    action: str | None = None

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file if self.place else None,
            "line": self.place.line if self.place and self.place.line else None,
            "message": self.message,
            "action": self.action or CODES[self.code].action,
        }

    def __str__(self) -> str:
        line = f":{self.place.line}" if self.place and self.place.line else ""
        where = f"{self.place.file}{line}: " if self.place else ""
        return f"{where}{self.severity}: {self.message} [{self.code}]; {self.action or CODES[self.code].action}"


def sort_problems(problems: list[Problem]) -> list[Problem]:
    """Order by file, line, code, message, so that the same input prints the same list."""

    def key(problem: Problem) -> tuple[str, int, str, str]:
        place = problem.place or Place("", 0)
        return place.file, place.line, problem.code, problem.message

    return sorted(problems, key=key)


def has_errors(problems: list[Problem]) -> bool:
    """Whether exit code 1 is due."""
    return any(problem.severity == "error" for problem in problems)
