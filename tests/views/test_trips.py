"""Round trips as JSON and as tables."""

from __future__ import annotations

from circularity.analysis.roundtrip import round_trip
from circularity.graph.lens import Lens
from circularity.graph.toys import build, vendor_loop
from circularity.graph.view import view_dataset
from circularity.views.tables import to_text
from circularity.views.trips import bound_text, trip_json, trip_tables
from tests.datasets import dataset, leg
from tests.ledgers import Row


def test_the_interval_comes_first_then_the_legs_behind_it() -> None:
    view = vendor_loop(Lens(complete="all"))
    head, legs = trip_tables(view, round_trip(view, "vendor"))
    assert [(row[0], row[1]) for row in head.rows] == [("at least", "$7"), ("likely", "$8"), ("at most", "$10")]
    assert [row[-1] for row in legs.rows] == ["2", "3"]
    text = to_text(head)
    assert "vendor paid out $10 in funding and took in $12 of revenue" in text
    assert "Sources of funds are said to be fully known for customer, vendor." in text


def test_what_is_not_known_is_said() -> None:
    view = build(("", "v", "c", "loan", None), ("", "c", "v", "purchase", None))
    head, _ = trip_tables(view, round_trip(view, "v"))
    assert [row[1] for row in head.rows] == ["$0", "not identified", "no bound"]
    assert "Undisclosed and in no sum: 1, 2." in to_text(head)
    assert "nobody" in to_text(head)


def test_only_the_first_legs_are_listed_in_text() -> None:
    rows: list[Row] = [("", "v", "c", "loan", 1)] * 31 + [("", "c", "v", "purchase", 1)]
    view = build(*rows)
    trip = round_trip(view, "v")
    _, legs = trip_tables(view, trip)
    assert len(legs.rows) == 30
    assert legs.notes == ("30 of 32 legs shown; --format json lists all.",)
    assert len(trip_json(trip)["legs"]) == 32


def test_bounds_in_words() -> None:
    assert [bound_text(None, "USD", bound) for bound in ("lo", "mid", "hi")] == [
        "not identified",
        "not identified",
        "no bound",
    ]


def test_no_word_of_guilt() -> None:
    view = vendor_loop()
    text = "".join(to_text(table) for table in trip_tables(view, round_trip(view, "vendor"))).lower()
    assert not {word for word in ("fraud", "illegal", "sham", "scheme") if word in text}


def test_disclosed_ceilings_bound_what_the_amounts_leave_open() -> None:
    """The cheque is undisclosed, its round is 10: no more than that can come back, dated or not."""
    data = dataset(
        leg("round", "outside>c", "equity_cash", "paid 2025-01-01 10"),
        leg("cheque", "v>c", "equity_cash", "paid 2025-01-01", part_of="round"),
        leg("known", "v>c", "equity_cash", "paid 2025-01-01 3"),
        leg("buy", "c>v", "purchase", "paid 2025-02-01 40"),
    )
    view = view_dataset(data, Lens())
    head, _ = trip_tables(view, round_trip(view, "v"))
    assert head.rows[0][1:3] == ("$0", "$0")
    assert head.rows[1][1].startswith("~ $")
    assert head.rows[1][2] == "not identified"
    assert head.rows[2][1:3] == ("≤ $13", "≤ $13")
    assert "at most $13" in to_text(head)
