"""The report: the headline as tables, Markdown and JSON."""

from __future__ import annotations

import pytest

from circularity.analysis.headline import ORDINARY_TRADE, headline
from circularity.graph.lens import Lens
from circularity.graph.toys import build
from circularity.graph.view import View, view_dataset
from circularity.load import open_graph
from circularity.model.deals import Link
from circularity.views.report import report_json, report_markdown, report_tables, to_plain
from circularity.views.tables import to_text
from tests.datasets import dataset, leg

DATA = dataset(
    leg("fund", "v>c", "loan", "paid 2025-01-01 10"),
    leg("buy", "c>v", "purchase", "paid 2025-02-01 8"),
    leg("more", "c>d", "purchase", "announced 2025-02-01"),
)


def toy() -> View:
    return view_dataset(DATA, Lens())


def test_the_headline_as_json() -> None:
    found = report_json(headline(toy()))
    assert list(found) == ["vendors", "circulation", "cycles", "by_status", "coverage"]
    (vendor,) = found["vendors"]
    assert (vendor["party"], vendor["funding"], vendor["revenue"]) == ("v", "10", "8")
    assert found["circulation"]["max_circulation"] == "16"
    assert found["circulation"]["ordinary_trade"] == ORDINARY_TRADE == 0.2099
    assert found["coverage"] == {"legs": 3, "priced": 2, "share": 0.666666667, "parties": 3, "deals": 3}
    assert [row["cycles"] for row in found["by_status"]] == [1, 1, 1, 1, 1]


def test_the_headline_as_tables_puts_it_beside_ordinary_trade() -> None:
    view = toy()
    text = "\n".join(to_text(table) for table in report_tables(view, headline(view)))
    assert "Whose own money comes back as revenue" in text
    assert "ordinary trade credit: 21.0 %" in text
    assert "3 legs of 3 deals between 3 parties" in text
    assert "2 of 3" in text


def test_the_words_are_recycled_and_never_fraud() -> None:
    view = open_graph("ai").view()
    text = report_markdown(view, headline(view))
    assert text.startswith("# ")
    assert "comes back" in text
    assert "fraud" not in text.lower()


def test_titles_and_lenses_hold_no_markup() -> None:
    assert to_plain("<b>*x*</b>\n# y `z` [l](u)") == "bx/b y z l(u)"
    view = build(("", "a", "b", "loan", 1))
    named = view.__class__(
        "<i>*n*", "1", "0", view.lens, view.legs, view.measured, view.eligible, view.anytime, view.complete
    )
    assert "<i>" not in report_markdown(named, headline(named)).replace("\\<i", "")


def test_an_empty_graph_has_a_report() -> None:
    view = build()
    assert report_json(headline(view))["vendors"] == []
    assert len(report_tables(view, headline(view))) == 3
    assert report_markdown(view, headline(view)).startswith("# toy")


def test_without_the_solver_the_upper_share_over_ranges_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Funding up to 10 of an unknown sum, an earmark, and sales of 40: the amount is bounded, its share needs the solver."""
    case = dataset(
        leg("fund", "v>c", "equity_cash", "paid 2025-01-01 up to 10", links=(Link(type="earmarked_for", leg="buy"),)),
        leg("more", "v>c", "loan", "paid 2025-01-01 5", links=(Link(type="earmarked_for", leg="buy"),)),
        leg("buy", "c>v", "purchase", "paid 2025-02-01 40"),
    )
    view = view_dataset(case, Lens())
    monkeypatch.setattr("circularity.analysis.ranges.solver_installed", lambda: False)
    row = report_tables(view, headline(view))[0].rows[0]
    assert (row[3], row[5], row[6]) == ("$5", "≤ $15", "12.5 % to ?"), "the loan of 5 is meant for the purchase of 40"
