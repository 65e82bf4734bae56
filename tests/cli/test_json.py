"""JSON to the letter of the interface: keys in order, amounts as strings, shares as numbers, null for unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from circularity import __version__
from tests.ledgers import answer, result, run, write

ENVELOPE = ["schema", "version", "graph", "lens", "result", "problems"]
LENS = [
    "as_of",
    "status",
    "amount",
    "kind",
    "family",
    "party",
    "min_amount",
    "since",
    "until",
    "consolidate",
    "imputed",
    "complete",
]


@pytest.mark.parametrize(
    "words",
    [
        "check",
        "parties",
        "deals",
        "show vendor",
        "paths vendor cust",
        "cycles",
        "roundtrip vendor",
        "measure",
        "report",
    ],
)
def test_the_envelope(words: str, loop: Path) -> None:
    found = answer(*words.split(), "-g", loop)
    assert list(found) == ENVELOPE
    assert found["schema"] == f"circularity.{words.split()[0]}/1"
    assert found["version"] == __version__
    assert list(found["graph"]) == ["name", "version", "sha256"]
    assert (found["graph"]["name"], found["graph"]["version"], len(found["graph"]["sha256"])) == ("loop", None, 64)
    assert list(found["lens"]) == LENS
    assert found["problems"] == []


def test_the_envelope_of_a_bundled_graph() -> None:
    graph = answer("parties")["graph"]
    assert graph["name"] == "ai"
    assert graph["version"]
    assert len(graph["sha256"]) == 64


@pytest.mark.parametrize(("verb", "what"), [("view", "page.html"), ("export", "ledger.csv")])
def test_what_was_written_is_said_as_well(verb: str, what: str, loop: Path, tmp_path: Path) -> None:
    done = run(verb, "-g", loop, "-o", tmp_path / what)
    assert done.exit_code == 0
    assert str(tmp_path / what) in done.stdout
    assert (tmp_path / what).stat().st_size > 0


def test_a_problem(bad: Path) -> None:
    problems = answer("measure", "-g", bad, code=1)["problems"]
    assert [list(problem) for problem in problems] == [["code", "severity", "file", "line", "message", "action"]] * 2
    assert [(p["code"], p["severity"], p["file"], p["line"]) for p in problems] == [
        ("bad-date", "error", "bad.csv", 7), ("unknown-kind", "error", "bad.csv", 8),
    ]  # fmt: skip


def test_the_lens_is_printed_as_it_was_chosen(loop: Path) -> None:
    flags = (
        "--as-of 2026-01-01 --status committed --amount point --kind loan --kind purchase --family financing --family commercial "
        "--party vendor --min-amount 1.5bn --since 2024-01-01 --until 2025-12-31 --consolidate --imputed --complete cust,vendor"
    )
    assert answer("cycles", "-g", loop, *flags.split())["lens"] == {
        "as_of": "2026-01-01", "status": "committed", "amount": "point", "kind": ["loan", "purchase"], "family": ["financing", "commercial"],
        "party": ["vendor"], "min_amount": "1500000000", "since": "2024-01-01", "until": "2025-12-31", "consolidate": True, "imputed": True,
        "complete": ["cust", "vendor"],
    }  # fmt: skip


def test_check(bad: Path, loop: Path) -> None:
    assert result("check", "-g", loop) == {"error": 0, "warning": 0, "note": 0}
    assert result("check", "-g", bad, code=1) == {"error": 2, "warning": 0, "note": 0}


def test_parties(loop: Path) -> None:
    assert result("parties", "-g", loop) == {
        "parties": [
            {
                "id": name, "name": name, "kind": "unclassified", "country": None, "parent": None,
                "identifiers": {"lei": None, "cik": None, "ticker": None, "isin": None, "wikidata": None},
                "legs_count": 5, "paid": paid, "received": received,
            }
            for name, paid, received in (("cust", "12", "10"), ("vendor", "10", "12"))
        ]
    }  # fmt: skip
    found = result("parties")["parties"][0]
    assert list(found) == ["id", "name", "kind", "country", "parent", "identifiers", "legs_count", "paid", "received"]
    assert list(found["identifiers"]) == ["lei", "cik", "ticker", "isin", "wikidata"]


def test_deals(loop: Path) -> None:
    deals = result("deals", "-g", loop)["deals"]
    assert [deal["id"] for deal in deals] == ["s", "k", "2", "1"]
    assert deals[2] == {
        "id": "2", "title": "2", "date": "2025-01-03", "status": "paid",
        "legs": [
            {
                "id": "2", "payer": "cust", "payee": "vendor", "kind": "purchase", "cash": True,
                "amount": {"low": None, "point": "12", "high": None, "currency": "USD"},
                "status": "paid", "date": "2025-01-03", "tier": None, "sources": [],
            }
        ],
    }  # fmt: skip
    assert [(leg["id"], leg["kind"], leg["cash"]) for leg in deals[1]["legs"]] == [
        ("k", "in_kind", False),
        ("k/purchase", "purchase", False),
    ]
    bundled = result("deals", "--party", "nvidia")["deals"][0]
    assert list(bundled) == ["id", "title", "date", "status", "legs"]
    leg = bundled["legs"][0]
    assert list(leg) == ["id", "payer", "payee", "kind", "cash", "amount", "status", "date", "tier", "sources"]
    assert list(leg["amount"]) == ["low", "point", "high", "currency"]
    assert list(leg["sources"][0]) == ["publisher", "url", "published"]


def test_a_deal_of_a_ledger_is_shown_by_its_rows(loop: Path) -> None:
    found = result("show", "k", "-g", loop)
    assert [leg["id"] for leg in found["deal"]["legs"]] == ["k", "k/purchase"]
    assert found["facts"] is None
    assert result("show", "k", "-g", loop, "--kind", "loan")["deal"] is None


def test_a_deal_of_a_dataset_is_shown_with_its_facts() -> None:
    key = result("deals", "--party", "nvidia")["deals"][0]["id"]
    found = result("show", key)
    assert found["deal"]["id"] == found["facts"]["id"] == key


def test_paths(loop: Path) -> None:
    assert result("paths", "vendor", "cust", "-g", loop) == {
        "paths": [
            {"parties": ["vendor", "cust"], "legs": ["1"], "kinds": ["equity_cash"], "bottleneck": "10"},
            {"parties": ["vendor", "cust"], "legs": ["k"], "kinds": ["in_kind"], "bottleneck": "4"},
        ]
    }


CYCLE = ["parties", "legs", "bottleneck", "priced", "dated", "days", "kinds", "shape", "weakest_tier"]


def test_cycles(loop: Path) -> None:
    found = result("cycles", "-g", loop)
    assert list(found) == ["cycles", "truncated", "count"]
    assert (found["count"], found["truncated"]) == (4, False)
    assert [list(cycle) for cycle in found["cycles"]] == [CYCLE] * 4
    assert found["cycles"][0] == {
        "parties": ["cust", "vendor"], "legs": ["2", "1"], "bottleneck": "10", "priced": True, "dated": True, "days": 1,
        "kinds": ["purchase", "equity_cash"], "shape": "vendor financing", "weakest_tier": None,
    }  # fmt: skip
    assert [(cycle["legs"], cycle["dated"], cycle["days"]) for cycle in found["cycles"][1:]] == [
        (["2", "k"], True, 2), (["k/purchase", "1"], True, 3), (["k/purchase", "k"], False, None),
    ]  # fmt: skip


def test_cycles_by_party(loop: Path) -> None:
    (cycle,) = result("cycles", "-g", loop, "--by", "party")["cycles"]
    assert cycle == {
        "parties": ["cust", "vendor"], "legs": [["2", "k/purchase"], ["1", "k"]], "bottleneck": "14", "priced": True,
        "dated": True, "days": 1, "kinds": [["purchase", "purchase"], ["equity_cash", "in_kind"]],
        "shape": "in-kind investment", "weakest_tier": None,
    }  # fmt: skip


def test_dated_cycles_start_with_their_first_leg(loop: Path) -> None:
    found = result("cycles", "-g", loop, "--dated")
    assert [(cycle["parties"], cycle["legs"]) for cycle in found["cycles"]] == [
        (["vendor", "cust"], ["1", "2"]), (["cust", "vendor"], ["2", "k"]), (["vendor", "cust"], ["1", "k/purchase"]),
    ]  # fmt: skip
    assert result("cycles", "-g", loop, "--ties")["count"] == 4
    assert result("cycles", "-g", loop, "--window", "1")["count"] == 1


def test_cycles_cut_counted_and_limited(loop: Path) -> None:
    assert [
        len(result("cycles", "-g", loop, "--top", "1")["cycles"]),
        result("cycles", "-g", loop, "--top", "1")["count"],
    ] == [1, 4]
    assert result("cycles", "-g", loop, "--count") == {"cycles": [], "truncated": False, "count": 4}
    found = answer("cycles", "-g", loop, "--limit", "2")
    assert (found["result"]["count"], found["result"]["truncated"], len(found["result"]["cycles"])) == (2, True, 2)
    assert [problem["code"] for problem in found["problems"]] == ["truncated"]


def test_holdings_are_walked_on_request(loop: Path) -> None:
    held = result("cycles", "-g", loop, "--family", "holding")["cycles"]
    assert [(c["legs"], c["bottleneck"]) for c in held if "s" in c["legs"]] == [
        (["2", "s"], "12"),
        (["k/purchase", "s"], "4"),
    ]
    assert len(held) == 6


def test_measure(loop: Path) -> None:
    found = result("measure", "-g", loop)
    assert list(found) == [
        "legs_count", "unpriced_count", "gross", "net_position", "compressed_min", "excess", "bilateral_removed", "max_circulation",
        "conservative_residual", "circularity_max", "circularity_bff", "hodge", "finn", "reciprocity", "keystone_circulation_loss",
    ]  # fmt: skip
    assert found == {
        "legs_count": 2, "unpriced_count": 0, "gross": "22", "net_position": {"cust": "-2", "vendor": "2"}, "compressed_min": "2",
        "excess": "20", "bilateral_removed": "20", "max_circulation": "20", "conservative_residual": "2",
        "circularity_max": round(20 / 22, 9), "circularity_bff": round(20 / 22, 9),
        "hodge": {
            "levels": {"cust": 0, "vendor": round(2 / 22, 9)}, "F0": round(480 / 484, 9), "gradient_share": round(4 / 484, 9),
            "bilateral_share": round(480 / 484, 9), "loop_share": 0, "net_flow_loop_ratio": 0,
        },
        "finn": {
            "external_input": {"cust": "5", "vendor": "0"}, "throughflow": {"cust": "15", "vendor": "12"},
            "cycled": {"cust": round(12 / 15 * 10 / 12, 9), "vendor": round(12 / 15 * 10 / 12, 9)},
            "FCI": round(2 / 3, 9), "APL": round(27 / 5, 9), "closed": False,
        },
        "reciprocity": {"r_binary": 1, "rho_garlaschelli": None, "r_weighted": round(20 / 22, 9)},
        "keystone_circulation_loss": {"cust": "20", "vendor": "20"},
    }  # fmt: skip
    assert result("measure", "-g", loop, "--imputed")["gross"] == "30"


def test_what_size_leaves_out_is_null_with_a_note(tmp_path: Path) -> None:
    ring = [(str(n), "", f"p{n:03}", f"p{(n + 1) % 450:03}", "payment", 1) for n in range(450)]
    path = write(tmp_path / "ring.csv", ring)
    found = answer("measure", "-g", path)
    assert (found["result"]["finn"], found["result"]["circularity_bff"]) == (None, None)
    assert "too-large" in [problem["code"] for problem in found["problems"]]
    assert {problem["severity"] for problem in found["problems"]} == {"note"}


def test_roundtrip(loop: Path) -> None:
    found = result("roundtrip", "vendor", "-g", loop, "--complete", "all")
    assert list(found) == [
        "focal", "scope", "funding", "revenue", "static", "dated", "outer", "share", "reported_revenue", "reported_share",
        "unknown_inflow", "unpriced", "customer_hhi", "legs",
    ]  # fmt: skip
    assert list(found["static"]) == ["lo", "mid", "hi"]
    assert list(found["dated"]) == ["lo", "mid", "hi", "fifo", "lifo", "greedy", "poison"]
    assert list(found["outer"]) == ["lo", "hi"]
    assert list(found["share"]) == ["lo", "mid", "hi"]
    assert (found["focal"], found["scope"], found["funding"], found["revenue"]) == ("vendor", "financing", "14", "16")
    assert found["static"] == {"lo": "11", "mid": "12", "hi": "14"}
    assert (found["reported_revenue"], found["reported_share"], found["unpriced"]) == (None, None, [])
    assert found["customer_hhi"] == 1
    assert found["legs"] == [
        {"id": "1", "role": "funding", "amount": "10", "coloured_mid": "10"},
        {"id": "k", "role": "funding", "amount": "4", "coloured_mid": "4"},
        {"id": "2", "role": "revenue", "amount": "12", "coloured_mid": "8"},
        {"id": "k/purchase", "role": "revenue", "amount": "4", "coloured_mid": "4"},
    ]


def test_roundtrip_without_dates_and_without_a_bound(tmp_path: Path) -> None:
    rows = [("1", "", "v", "c", "loan", ""), ("2", "", "c", "v", "purchase", ""), ("3", "", "c", "v", "repayment", 2)]
    found = answer("roundtrip", "v", "-g", write(tmp_path / "l.csv", rows))
    assert found["result"]["dated"] is None
    assert found["result"]["static"] == {"lo": "0", "mid": None, "hi": None}
    assert found["result"]["share"] == {"lo": None, "mid": None, "hi": None}
    assert found["result"]["unpriced"] == ["1", "2"]
    assert found["result"]["customer_hhi"] is None
    assert [leg["role"] for leg in found["result"]["legs"]] == ["funding", "revenue", "return_other"]
    assert "not-identified" in [problem["code"] for problem in found["problems"]]


def strings_of_amounts(value: Any, key: str = "") -> list[str]:
    """Every value under a key that is an amount."""
    amounts = {
        "amount",
        "bottleneck",
        "gross",
        "funding",
        "revenue",
        "paid",
        "received",
        "lo",
        "mid",
        "hi",
        "low",
        "point",
        "high",
    }
    if isinstance(value, dict):
        shares = key in ("share", "reported_share", "outer_share")
        return [text for name, item in value.items() if not shares for text in strings_of_amounts(item, name)]
    if isinstance(value, list):
        return [text for item in value for text in strings_of_amounts(item, key)]
    if key in amounts and value is not None:
        assert isinstance(value, str), (key, value)
        return [value]
    return []


@pytest.mark.parametrize(
    "words", ["deals", "parties", "cycles --by party --max-length 3", "roundtrip nvidia", "measure", "report"]
)
def test_amounts_are_plain_decimal_strings(words: str) -> None:
    found = strings_of_amounts(result(*words.split()))
    assert len(found) >= 1
    for text in found:
        assert text == "0" or not text.startswith(("0", "+", ".")) or text.startswith("0.")
        assert not set(text) - set("-0123456789.")
        if "." in text:
            assert not text.endswith("0")
            assert len(text.split(".")[1]) <= 6


def test_amounts_are_rounded_half_even_to_six_decimals(tmp_path: Path) -> None:
    rows = [
        ("1", "", "a", "b", "payment", "0.1234565"), ("2", "", "a", "b", "payment", "0.1234575"),
        ("3", "", "a", "b", "payment", "1500.500"), ("4", "", "a", "b", "payment", "1" + "0" * 24),
        ("5", "", "a", "b", "payment", "0.0000001"),
    ]  # fmt: skip
    found = result("deals", "-g", write(tmp_path / "l.csv", rows))["deals"]
    amounts = {deal["id"]: deal["legs"][0]["amount"]["point"] for deal in found}
    assert amounts == {"1": "0.123456", "2": "0.123458", "3": "1500.5", "4": "1" + "0" * 24, "5": "0"}


def test_lines(loop: Path, bad: Path) -> None:
    for words, key in (
        ("cycles", "cycles"),
        ("parties", "parties"),
        ("deals", "deals"),
        ("paths vendor cust", "paths"),
    ):
        done = run(*words.split(), "-g", loop, "--format", "jsonl")
        assert [json.loads(line) for line in done.stdout.splitlines()] == result(*words.split(), "-g", loop)[key]
    done = run("check", "-g", bad, "--format", "jsonl")
    assert done.exit_code == 1
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [7, 8]


@pytest.mark.parametrize("words", ["measure", "roundtrip vendor", "report", "show vendor"])
def test_a_verb_that_lists_nothing_has_no_lines(words: str, loop: Path) -> None:
    done = run(*words.split(), "-g", loop, "--format", "jsonl")
    assert (done.exit_code, done.stdout) == (2, "")


def test_names_in_any_writing_stay_as_they_are(tmp_path: Path) -> None:
    rows = [("1", "", "株式会社", "</script>", "payment", 1), ("2", "", "</script>", "株式会社", "payment", 1)]
    found = result("cycles", "-g", write(tmp_path / "l.csv", rows))
    assert found["cycles"][0]["parties"] == ["</script>", "株式会社"]
