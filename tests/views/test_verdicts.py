"""Published estimates beside ours: as blocks for people, as JSON and as a table, inert to hostile text."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

from circularity.analysis.comparison import Comparison, Quantity, compare_estimates
from circularity.graph.lens import Lens
from circularity.model.claims import Estimate
from circularity.views.tables import to_csv, to_markdown
from circularity.views.verdicts import comparison_json, comparison_table, comparison_text, quantity_text
from tests.datasets import account, dataset, leg
from tests.ledgers import result, run

DATA = dataset(
    leg("fund", "v>c", "equity_cash", "announced 2025-01-01 up to 20", "committed 2025-06-01 10000000000"),
    leg("buy", "c>v", "purchase", "committed 2025-02-01 12000000000"),
    leg("more", "c>v", "purchase", "committed 2025-03-01"),
    accounts=(account("v", "2025-01-01", "2025-12-31", revenue="40000000000"),),
)
FUND = {"measure": "legs", "payer": ["v"]}
REVENUE = {"measure": "account", "figure": "revenue", "periods": [{"party": "v", "to": "2025-12-31"}]}


def found(**more: Any) -> Comparison:
    fields = {
        "id": "x",
        "who": "W",
        "published": "2025-12-31",
        "says": "s",
        "evidence": [{"source": "doc", "states": "so"}],
    }
    data = replace(DATA, estimates=(Estimate.model_validate({**fields, **more}),))
    (one,) = compare_estimates(data, Lens(as_of="2025-12-31", status="committed"))
    return one


def test_a_share_side_by_side() -> None:
    one = found(value="8bn", percent="20", ours={"of": FUND, "over": REVENUE}, why="a later round")
    text = comparison_text([one], "USD")
    assert "ours         $10bn; 25.0 % of $40bn  (1.25 ×; 1.25 ×)" in text
    assert "why          a later round" in text
    shown = comparison_json(one, DATA.sources)
    assert shown["value_gap"] == {"difference": "2000000000", "ratio": 1.25}
    assert shown["share_gap"] == {"difference": 0.05, "ratio": 1.25}
    assert shown["ours"]["value"] == {
        "unit": "money", "low": "10000000000", "point": "10000000000", "high": "10000000000", "legs": ["fund"], "missing": [],
    }  # fmt: skip
    assert shown["ours"]["share"]["point"] == 0.25


def test_what_is_not_known_is_never_zero() -> None:
    """One of two purchases has no price; nobody else buys."""
    part = found(value="15bn", ours={"of": {"measure": "legs", "payer": ["c"]}})
    assert "at least $12bn  (at least 0.80 ×)" in comparison_text([part], "USD")
    assert "undisclosed  more" in comparison_text([part], "USD")
    assert comparison_json(part, {})["ours"]["value"]["point"] is None
    assert comparison_json(part, {})["value_gap"] == {"difference": None, "ratio": None}
    none = found(value="15bn", ours={"of": {"measure": "legs", "payer": ["nobody"]}})
    assert "ours         unknown" in comparison_text([none], "USD")
    assert "$0" not in comparison_text([none], "USD")


def test_none_of_ours_has_its_reason() -> None:
    one = found(percent="50", ours_missing="a survey")
    assert "no figure of ours: a survey" in comparison_text([one], "USD")
    assert (comparison_json(one, {})["ours"], comparison_json(one, {})["value_gap"]) == (None, None)


def test_figures_in_words() -> None:
    known = Quantity(unit="share")
    assert quantity_text(known, "USD") == "unknown"
    half, third = Decimal("0.5"), Decimal("0.25")
    assert quantity_text(Quantity(half, half, half, "share"), "USD") == "50.0 %"
    assert quantity_text(Quantity(third, None, half, "share"), "USD") == "25.0 % to 50.0 %"
    assert quantity_text(Quantity(third, None, None, "share"), "USD") == "at least 25.0 %"
    assert quantity_text(Quantity(None, None, half, "share"), "USD") == "at most 50.0 %"


def test_hostile_text_is_inert() -> None:
    text = "=cmd()|<script>\x1b[31m\u202e[x](javascript:1)"
    one = found(who=text, says=text, why=text, ours={"of": FUND})
    table = comparison_table([one], "USD")
    (row,) = list(csv.reader(io.StringIO(to_csv(table))))[1:]
    assert not [cell for cell in row if cell.startswith("=")]
    assert "<script" not in to_markdown(table).replace("\\<script", "")
    for plain in (comparison_text([one], "USD"), to_markdown(table)):
        assert not set(plain) & {"\x1b", "\u202e"}


def test_the_verb_in_every_format() -> None:
    estimates = result("compare")["estimates"]
    assert len(estimates) >= 49
    assert sum(each["ours"] is not None for each in estimates) >= 25
    lines = [json.loads(line) for line in run("compare", "--format", "jsonl").stdout.splitlines()]
    assert lines == estimates
    rows = list(csv.DictReader(io.StringIO(run("compare", "--format", "csv").stdout)))
    assert len(rows) == len(estimates)
    assert {"published", "ours", "ours today", "our terms", "why they differ"} <= set(rows[0])
    for style in ("text", "md"):
        done = run("compare", "--format", style)
        assert done.exit_code == 0
        assert "65.9 %" in done.stdout


def test_the_days_of_the_lens_are_todays() -> None:
    """In February 2026 NVIDIA's hundred billion for OpenAI were still announced; in autumn thirty are committed."""

    def today(*flags: str) -> Any:
        shown = {each["id"]: each for each in result("compare", *flags)["estimates"]}
        return shown["huang-2026-02-no-commitment"]["today"]["value"]["high"]

    assert today("--as-of", "2026-02-10") == "100000000000"
    assert today() == "30000000000"


def test_a_burn_is_compared_by_its_size() -> None:
    """Published as 9 burnt; in the accounts -6 of operating cash flow."""
    burnt = dataset(
        leg("x", "a>b", "loan", "paid 2025-01-01 1"),
        accounts=(account("v", "2025-01-01", "2025-12-31", operating_cash_flow="-6000000000"),),
    )
    flow = {"measure": "account", "figure": "operating_cash_flow", "periods": [{"party": "v", "to": "2025-12-31"}]}
    fields = {"id": "x", "who": "W", "published": "2025-12-31", "says": "s", "value": "9bn", "ours": {"of": flow}}
    estimate = Estimate.model_validate({**fields, "evidence": [{"source": "doc", "states": "so"}]})
    (one,) = compare_estimates(replace(burnt, estimates=(estimate,)), Lens(as_of="2025-12-31"))
    assert "-$6bn  (0.67 ×)" in comparison_text([one], "USD")
