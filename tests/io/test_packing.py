"""Facts as bytes: what comes out is what went in, to the type, and nothing but facts can be packed."""

from __future__ import annotations

import copy
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from circularity.io.dataset import load_dataset
from circularity.io.packing import pack, unpack
from circularity.model.amounts import Amount, parse_amount
from circularity.model.base import Fact
from circularity.model.dataset import Dataset
from circularity.model.deals import Leg
from circularity.model.evidence import Source
from circularity.problems import Place, Problem
from circularity.resources import bundled, bundled_graphs
from tests import datasets
from tests.test_problems import FILES, SAMPLES


def alike(one: Any, other: Any) -> bool:
    """Equal, of the same types all the way down, with the same fields given."""
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseModel):
        same = one.model_fields_set == other.model_fields_set
        return same and one == other and alike(tuple(one.__dict__.items()), tuple(other.__dict__.items()))
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(alike, one.values(), other.values()))
    return repr(one) == repr(other)


def tables(data: Dataset, problems: list[Problem]) -> tuple[Any, ...]:
    return (
        data.description, data.sources, data.parties, data.deals, data.accounts, data.claims, data.estimates,
        data.places, tuple(problems),
    )  # fmt: skip


@pytest.mark.parametrize("name", bundled_graphs())
def test_every_bundled_graph(name: str) -> None:
    facts = tables(*load_dataset(bundled("graphs") / name))
    assert alike(unpack(pack(facts)), facts)
    assert pack(unpack(pack(facts))) == pack(facts)


@pytest.mark.parametrize("name", [name for name, path in FILES.items() if path.suffix == ".yaml"])
def test_every_flawed_sample(name: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))
    shutil.copy(FILES[name], folder / "flaw.yaml")
    facts = tables(*load_dataset(folder))
    assert facts[-1]
    assert alike(unpack(pack(facts)), facts)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 1, "", "é\n\0", (), ((),), (1, True, "1"), {}, {"a": Decimal("1.50")}, (Decimal("1.5"), Decimal("1.50")),
        (Decimal("-0"), Decimal("1E+30"), Decimal("NaN")), date.max, date.min, Place("a.yaml", 3), parse_amount("2bn..3bn"),
        (Place("a", 1), None, "plain", Place("a", 1)), Problem("conflict", "so", None), ({}, {"a": ({"b": (date.max,)},)}),
        Source(publisher="P", url="https://example.org/doc", tier="filing"),
    ],
    ids=repr,
)  # fmt: skip
def test_values(value: Any) -> None:
    assert alike(unpack(pack(value)), value)


def test_what_was_one_value_is_one_again() -> None:
    """A deal's history is its legs' too."""
    events = datasets.leg("x", "a>b", "loan", "paid 2025-01-01 5").history
    first, second = unpack(pack((events, (events, "other"))))[0], unpack(pack((events, (events, "other"))))[1][0]
    assert first == second == events
    found = unpack(pack((events, (events, "other"))))
    assert found[0] is found[1][0]


def test_unpacked_facts_are_facts() -> None:
    """Frozen, comparable, copied and written like others, and no copy changes another's fields."""
    leg = datasets.leg("x", "a>b", "loan", "paid 2025-01-01 5", amount="5")
    found, other = unpack(pack((leg, leg.model_copy(update={"id": "y"}))))
    assert isinstance(found, Leg)
    assert found == leg
    assert found.model_dump() == leg.model_dump()
    assert copy.deepcopy(found) == leg
    changed = found.model_copy(update={"note": "new"})
    assert "note" in changed.model_fields_set
    assert "note" not in found.model_fields_set | other.model_fields_set
    with pytest.raises(ValidationError):
        found.id = "z"  # type: ignore[misc]


class Stranger(BaseModel):
    """No fact."""

    id: str = "x"


class Date(datetime):
    """No day."""


@pytest.mark.parametrize(
    "value", [Stranger(), [1], {1}, 1.5, b"x", object(), datetime.max, Date.max, (1, [2]), Fact], ids=repr
)
def test_other_things_cannot_be_packed(value: Any) -> None:
    with pytest.raises(TypeError, match="no fact is made of"):
        pack((Amount(), value))
