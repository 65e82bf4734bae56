"""Finn's cycling: published ecosystems, the limit of closed parts, and numpy's inverse."""

from __future__ import annotations

import numpy as np
import pytest

from circularity.analysis.finn import Finn, finn
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import View
from tests.ledgers import Dice, Row, sums


def units(amount: float) -> int:
    """Ten-thousandths, so that printed decimals are exact."""
    return round(amount * 10_000)


OYSTER = {
    ("FF", "Pred"): 0.5135, ("FF", "DD"): 15.791, ("Micro", "Meio"): 1.206, ("Micro", "DF"): 1.206,
    ("Meio", "DF"): 0.6609, ("Meio", "DD"): 4.2403, ("DF", "Pred"): 0.1721, ("DF", "DD"): 1.9076,
    ("Pred", "DD"): 0.3262, ("DD", "Micro"): 8.1721, ("DD", "Meio"): 7.2745, ("DD", "DF"): 0.6431,
}  # fmt: skip


def test_oyster_reef() -> None:
    """enaR vignette, oyster reef: TST 83.5833, APL 2.015512, FCI 0.1101686. Exports left out (MEASURES §0)."""
    rows: list[Row] = [("", "OUTSIDE", "FF", "external", units(41.47))]
    rows += [("", *pair, "payment", units(flow)) for pair, flow in OYSTER.items()]
    found = finn(build(*rows))
    throughflow = {party: float(value) / 10_000 for party, value in found.throughflow.items()}
    assert sum(throughflow.values()) == pytest.approx(83.5833, abs=5e-5)
    assert pytest.approx(2.015512, abs=5e-7) == found.APL
    assert pytest.approx(0.1101686, abs=5e-8) == found.FCI
    assert found.closed is False
    assert float(found.external_input["FF"]) == 414_700


CONE_SPRING = {
    ("plants", "detritus"): 8881, ("detritus", "bacteria"): 5205, ("detritus", "feeders"): 2309,
    ("bacteria", "detritus"): 1600, ("bacteria", "feeders"): 75, ("feeders", "detritus"): 200,
    ("feeders", "carnivores"): 370, ("carnivores", "detritus"): 167,
}  # fmt: skip


def test_cone_spring() -> None:
    """NetIndices' Cone Spring: inputs 11184 and 635; TST 30626, FCI 0.0919390, APL 2.5912514.

    The inner flows are those of the data set (Tilly 1968; Ulanowicz 1986), in kcal/m2/yr.
    """
    rows: list[Row] = [
        ("", "OUTSIDE", "plants", "external", 11184), ("", "OUTSIDE", "detritus", "external", 635),
        *(("", *pair, "payment", flow) for pair, flow in CONE_SPRING.items()),
    ]  # fmt: skip
    found = finn(build(*rows))
    assert sum(found.throughflow.values()) == 30626
    assert pytest.approx(0.0919390, abs=5e-8) == found.FCI
    assert pytest.approx(2.5912514, abs=5e-8) == found.APL


def test_a_closed_ring_cycles_wholly() -> None:
    """MEASURES §0: the limit FCI = 1; APL null."""
    found = finn(build(*(("", *pair, "payment", 5) for pair in ("ab", "bc", "ca"))))
    assert found == Finn(
        external_input=dict.fromkeys("abc", 0), throughflow=dict.fromkeys("abc", 5),
        cycled=dict.fromkeys("abc", 1.0), FCI=1.0, APL=None, closed=True,
    )  # fmt: skip


def test_a_closed_part_beside_an_open_one() -> None:
    rows: list[Row] = [("", *pair, "payment", 5) for pair in ("ab", "bc", "ca")]
    rows += [("", "OUTSIDE", "x", "external", 10), ("", "x", "y", "payment", 10)]
    found = finn(build(*rows))
    assert found.cycled == {"a": 1.0, "b": 1.0, "c": 1.0, "x": 0.0, "y": 0.0}
    assert (found.closed, found.APL) == (True, None)
    assert pytest.approx(15 / 35) == found.FCI


@pytest.mark.parametrize(
    "row", [("", "OUTSIDE", "a", "external", 1), ("", "a", "OUTSIDE", "external", 1), ("", "a", "x", "payment", 1)]
)
def test_a_ring_that_money_enters_or_leaves_is_not_closed(row: Row) -> None:
    found = finn(build(*(("", *pair, "payment", 5) for pair in ("ab", "bc", "ca")), row))
    assert (found.closed, found.APL is not None) == (False, True)
    assert all(0 < found.cycled[party] < 1 for party in "abc")


def test_what_a_party_pays_beyond_its_receipts_is_external() -> None:
    found = finn(build(("", "a", "b", "payment", 10), ("", "b", "c", "payment", 25)))
    assert found.external_input == {"a": 10, "b": 15, "c": 0}
    assert found.throughflow == {"a": 10, "b": 25, "c": 25}
    assert found.APL == 60 / 25


def by_numpy(view: View) -> tuple[float, float, dict[str, float]]:
    pairs = {pair: float(amount) for pair, amount in sums(view).items()}
    legs = view.legs
    outside = {(legs.parties[item.party], item.inward): 0.0 for item in legs.outside}
    for item in legs.outside:
        outside[legs.parties[item.party], item.inward] += float(item.amount or 0)
    names = sorted({end for pair in pairs for end in pair} | {party for party, _ in outside})
    size = len(names)
    w = np.zeros((size, size))
    for (payer, payee), amount in pairs.items():
        w[names.index(payer), names.index(payee)] = amount
    into = np.array([outside.get((name, True), 0.0) for name in names])
    out = np.array([outside.get((name, False), 0.0) for name in names])
    entering = into + np.maximum(0, w.sum(1) + out - w.sum(0) - into)
    through = w.sum(0) + entering
    g = np.divide(w, through[:, None], out=np.zeros_like(w), where=through[:, None] > 0)
    visits = np.linalg.inv(np.eye(size) - g)
    cycled = (np.diag(visits) - 1) / np.diag(visits)
    fci = float(through @ cycled / through.sum())
    return fci, float(through.sum() / entering.sum()), dict(zip(names, cycled.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(120))
def test_against_numpys_inverse(seed: int) -> None:
    dice = Dice(seed)
    size = dice.randint(2, 9)
    rows = dice.graph(size, dice.randint(2, 25), outside=dice.randint(0, 6))
    rows += [("", "OUTSIDE", row[1], "external", 1) for row in rows if row[1] != "OUTSIDE"]  # nothing is closed
    view = build(*rows)
    fci, apl, cycled = by_numpy(view)
    found = finn(view)
    assert pytest.approx(fci, abs=1e-9) == found.FCI
    assert pytest.approx(apl, rel=1e-9) == found.APL
    assert found.cycled == pytest.approx(cycled, abs=1e-9)


def test_goods_for_shares_take_no_part_even_where_the_lens_imputes_them() -> None:
    rows: list[Row] = [("", "a", "b", "payment", 5), ("", "b", "a", "payment", 5), ("", "b", "a", "in_kind", 50)]
    assert finn(build(*rows, lens=Lens(imputed=True))) == finn(build(*rows)) == finn(build(*rows[:2]))


def test_nothing_flows() -> None:
    assert finn(build()) == Finn({}, {}, {}, None, None, False)
