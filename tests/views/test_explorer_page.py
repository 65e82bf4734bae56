"""The page as text: what it holds, that it is inert, and that it is always the same."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.graph.toys import build, triangle, vendor_loop
from circularity.load import open_graph
from circularity.views.explorer import chosen, explorer_page
from circularity.views.explorer.page import inert, page_data
from tests.views.explorer_case import HOSTILE, dataset, hostile, opened, page_of


class Page(HTMLParser):
    """Elements, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[int, str] = {}
        self.open: int | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open = len(self.elements) - 1

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.open = None

    def handle_data(self, data: str) -> None:
        if self.open is not None:
            self.texts[self.open] = self.texts.get(self.open, "") + data

    def of(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(a, self.texts.get(n, "")) for n, (name, a) in enumerate(self.elements) if name == tag]


def data_of(text: str) -> Any:
    [(_, found)] = [(a, t) for a, t in Page(text).of("script") if a.get("type") == "application/json"]
    return json.loads(found)


def test_the_policy_allows_what_is_in_the_file_and_nothing_else(tmp_path: Path) -> None:
    page = Page(page_of(dataset(tmp_path / "case")))
    [policy] = [a["content"] or "" for a, _ in page.of("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def digest(text: str) -> str:
        return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

    [script] = [text for a, text in page.of("script") if "type" not in a]
    [(_, style)] = page.of("style")
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == digest(script)
    assert rules["style-src"] == digest(style)
    assert "unsafe" not in policy


def test_nothing_in_the_file_points_outside_it(tmp_path: Path) -> None:
    page = Page(page_of(dataset(tmp_path / "case")))
    assert {tag for tag, _ in page.elements} & {"link", "img", "iframe", "object", "embed", "base", "form"} == set()
    for _, attributes in page.elements:
        assert not {"src", "style", "onclick", "onload"} & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|@font-face", page.of("style")[0][1])


def test_hostile_text_makes_no_element(tmp_path: Path) -> None:
    plain, bad = page_of(dataset(tmp_path / "plain")), hostile(tmp_path / "bad")
    assert [e[0] for e in Page(bad).elements] == [e[0] for e in Page(plain).elements]
    data = data_of(bad)
    assert HOSTILE in data["deals"]["wheel"]["title"]
    assert all(len(party["name"]) <= 2000 for party in data["parties"])
    assert all("url" not in source for source in data["sources"].values()), "only http and https addresses are kept"


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "\ud800", "\x00"])
def test_data_is_inert_and_comes_back_whole(text: str) -> None:
    written = inert({"a": text})
    assert not re.search(r"[<>&\u2028\u2029]", written)
    assert written.isascii()
    assert json.loads(written) == {"a": text}


def test_the_same_input_gives_the_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "case")
    first = page_of(folder)
    assert page_of(folder) == first
    code = (
        "import hashlib, sys; from pathlib import Path; from tests.views.explorer_case import page_of;"
        "from circularity.graph.toys import vendor_loop; from circularity.analysis.cycles import find_cycles;"
        "from circularity.views.explorer import explorer_page;"
        "v = vendor_loop(); text = page_of(Path(sys.argv[1])) + explorer_page(v, find_cycles(v), None);"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    digests = set()
    for seed in ("0", "1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(folder)],
            cwd=root,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        digests.add(done.stdout.strip())
    view = vendor_loop()
    text = first + explorer_page(view, find_cycles(view), None)
    assert digests == {hashlib.sha256(text.encode()).hexdigest()}


def test_the_bundled_graph_fits_in_two_megabytes() -> None:
    graph = open_graph("ai")
    view = graph.view()
    page = explorer_page(view, find_cycles(view, CycleFilter(max_length=4)), graph.dataset)
    data = data_of(page)
    assert len(page.encode()) < 2_000_000
    assert len(data["legs"]) > 100
    assert data["leftOut"]["legs"] == 0


def test_every_leg_keeps_its_standing_over_time(tmp_path: Path) -> None:
    data = data_of(page_of(dataset(tmp_path / "case")))
    legs = {leg["id"]: leg for leg in data["legs"]}
    days = data["days"]

    def story(leg: str) -> list[tuple[str, str, int, int | None]]:
        return [(days[step], status, counts, amount) for step, status, counts, amount in legs[leg]["marks"]]

    assert days[:4] == ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"]
    assert len(days) == 12
    assert days[-1] == "2025-12-31"
    assert story("invest") == [
        ("2025-01-31", "announced", 0, 10_000_000_000),
        ("2025-02-28", "committed", 1, 10_000_000_000),
        ("2025-06-30", "paid", 1, 10_000_000_000),
    ]
    assert story("letter") == [("2025-04-30", "announced", 0, 100_000_000_000)]
    assert story("dropped") == [
        ("2025-04-30", "committed", 1, 7_000_000_000),
        ("2025-09-30", "cancelled", 0, 7_000_000_000),
    ]
    assert story("rent") == [("2025-05-31", "committed", 1, None)]
    assert legs["chips"]["range"] == [8_000_000_000, 20_000_000_000]


def test_loops_of_former_days_are_found(tmp_path: Path) -> None:
    """Maker lent to Lab from April to September: that loop is not one of today's."""
    view, cycles, facts = opened(dataset(tmp_path / "case"))
    data = page_data(view, cycles, facts)
    ids = [leg["id"] for leg in data["legs"]]
    loops = {tuple(sorted(ids[leg] for hop in loop["hops"] for leg in hop)) for loop in data["loops"]}
    today = {tuple(sorted(leg for hop in c.legs for leg in hop)) for c in cycles.cycles}
    assert today == {("chips", "invest"), ("invest", "racks", "rent")}
    assert loops == today | {("chips", "dropped"), ("dropped", "racks", "rent")}


def test_loops_by_party_are_listed_once_with_every_leg_they_had(tmp_path: Path) -> None:
    view, _, facts = opened(dataset(tmp_path / "case"))
    data = page_data(view, find_cycles(view, CycleFilter(by_party=True)), facts)
    ids = [leg["id"] for leg in data["legs"]]
    loops = [sorted(ids[leg] for hop in loop["hops"] for leg in hop) for loop in data["loops"]]
    assert sorted(loops) == [["chips", "dropped", "invest"], ["dropped", "invest", "racks", "rent"]]


def test_a_ledger_counts_each_row_from_its_day() -> None:
    view = vendor_loop()
    data = page_data(view, find_cycles(view), None)
    assert data["days"] == ["2025-01-02", "2025-01-03"]
    assert [leg["marks"] for leg in data["legs"]] == [[[0, "paid", 1, 10]], [[1, "paid", 1, 12]]]
    assert len(data["loops"]) == 1


def test_an_undated_ledger_and_an_empty_one_have_a_page() -> None:
    assert data_of(explorer_page(triangle(), find_cycles(triangle()), None))["days"] == [""]
    empty = build()
    assert data_of(explorer_page(empty, find_cycles(empty), None))["legs"] == []


def test_a_graph_too_large_to_draw_keeps_loops_and_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty pairs, the last of which closes a loop of small amounts."""
    monkeypatch.setattr(chosen, "MAX_LEGS", 6)
    monkeypatch.setattr(chosen, "MAX_PARTIES", 8)
    rows = [("", f"a{n:02}", f"b{n:02}", "payment", n * 100) for n in range(1, 21)]
    view = build(*rows, ("", "x", "y", "payment", 1), ("", "y", "x", "payment", 2))
    data = page_data(view, find_cycles(view), None)
    drawn = {(data["parties"][leg["payer"]]["id"], leg["marks"][0][3]) for leg in data["legs"]}
    assert drawn == {("x", 1), ("y", 2), ("a20", 2000), ("a19", 1900), ("a18", 1800)}
    assert data["leftOut"] == {"legs": 17, "parties": 34, "loops": 0, "more": False}


def test_a_long_list_of_loops_keeps_one_of_every_route(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "MAX_LOOPS", 3)
    many = [("", "a", "b", "payment", 1000 + n) for n in range(5)]
    view = build(*many, ("", "b", "a", "payment", 900), ("", "c", "d", "payment", 1), ("", "d", "c", "payment", None))
    cycles = find_cycles(view)
    listed = chosen.loops_to_list(cycles.cycles)
    assert cycles.count == 6
    assert [loop.parties for loop in listed] == [("a", "b"), ("a", "b"), ("c", "d")]


def test_pyvis_builds_the_picture_and_is_loaded_late(tmp_path: Path) -> None:
    view, cycles, facts = opened(dataset(tmp_path / "case"))
    net = page_data(view, cycles, facts)["net"]
    assert net["options"]["physics"]["enabled"] is False
    assert {"id", "label", "shape", "size", "x", "y", "color"} <= set(net["nodes"][0])
    assert {"from", "to", "id", "width", "dashes", "smooth", "arrows"} <= set(net["edges"][0])
    code = "import sys, circularity.views.explorer as e; sys.exit('pyvis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    room = Path(explorer_page.__code__.co_filename).parent
    assert [f.name for f in sorted(room.glob("*.py")) if "from pyvis" in f.read_text(encoding="utf-8")] == [
        "drawing.py"
    ]


def test_lines_say_without_colour_what_is_not_known_or_no_payment(tmp_path: Path) -> None:
    view, cycles, facts = opened(dataset(tmp_path / "case"))
    data = page_data(view, cycles, facts)
    dashes = {leg["id"]: edge["dashes"] for leg, edge in zip(data["legs"], data["net"]["edges"], strict=True)}
    assert dashes["chips"] is False
    assert len({str(dashes[leg]) for leg in ("chips", "rent", "backing", "holding")}) == 4


def test_colours_are_legible() -> None:
    """WCAG AA: 4.5 to 1 for text on every ground it stands on, in both schemes."""
    style = (Path(explorer_page.__code__.co_filename).parent / "style.css").read_text(encoding="utf-8")
    schemes = re.findall(r"(--ground:.*?)color-scheme", style, re.DOTALL)
    assert len(schemes) == 3
    for scheme in schemes:
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", scheme))
        for ink in ("ink", "muted", "accent", "good", "bad"):
            for ground in ("ground", "panel", "soft"):
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, colours)
        assert contrast(colours["on-strong"], colours["strong"]) >= 4.5


def contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)
