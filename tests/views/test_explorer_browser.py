"""The page in a real browser, from disk, with the network cut."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.graph.toys import build
from circularity.load import open_graph
from circularity.views.explorer import explorer_page
from tests.views.explorer_case import dataset, hostile, page_of

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        message = "Chromium is not installed: apt-get install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@dataclass
class Shown:
    """An open page, and everything that should not have happened."""

    page: Any
    file: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def text(self, selector: str) -> str:
        return str(self.page.locator(selector).inner_text())

    def count(self, selector: str) -> int:
        return int(self.page.locator(selector).count())

    def bright(self) -> list[str]:
        """Ids of the legs that are drawn strong."""
        self.page.wait_for_timeout(100)
        return sorted(
            self.page.evaluate("canvas.dataset.bright.split(',').filter(Boolean).map((at) => legs[Number(at)].id)")
        )

    def shown(self) -> list[str]:
        """Ids of the legs that are drawn."""
        return sorted(self.page.evaluate("legs.filter((_, at) => now.shown[at]).map((leg) => leg.id)"))


Open = Callable[..., Shown]


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Write a page and open it; afterwards nothing may have been requested or complained about."""
    contexts: list[Any] = []
    opened: list[Shown] = []

    def open_(text: str, width: int = 1280, height: int = 720, at: str = "", **options: Any) -> Shown:
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height}, offline=True, reduced_motion="reduce", **options
        )
        contexts.append(context)
        shown = Shown(context.new_page(), file.as_uri())
        shown.page.on("request", lambda request: shown.requests.append(request.url))
        shown.page.on("console", lambda message: shown.complaints.append(f"{message.type}: {message.text}"))
        shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.page.on("dialog", lambda dialog: shown.complaints.append(f"dialog: {dialog.message}"))
        context.on("page", lambda _: shown.complaints.append("another page was opened"))
        shown.page.goto(shown.file + at)
        shown.page.wait_for_selector("body[data-ready]")
        opened.append(shown)
        return shown

    yield open_
    for shown in opened:
        assert {url.split("#")[0] for url in shown.requests} == {shown.file}
        assert shown.complaints == []
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page_of(dataset(tmp_path_factory.mktemp("wheel")))


def painted(shown: Shown) -> int:
    """Different colours on the canvas: more than a few means that something is drawn."""
    return int(
        shown.page.evaluate(
            "(() => { const d = pen.getImageData(0, 0, canvas.width, canvas.height).data; const seen = new Set();"
            "for (let n = 0; n < d.length; n += 4) seen.add(d[n] << 16 | d[n + 1] << 8 | d[n + 2]); return seen.size; })()"
        )
    )


def test_it_opens_from_disk_and_draws(show: Open, case: str) -> None:
    shown = show(case)
    assert shown.text("h1") == "Where the money comes back"
    assert shown.text("#title") == "A maker, a lab and a cloud"
    assert "wheel 7" in shown.text("#graph")
    assert "status ≥ committed" in shown.text("#lens")
    assert "2 loops" in shown.text("#loopcount")
    assert "recycled" in shown.text("#evidence")
    assert "fraud" not in shown.page.content().lower()
    assert painted(shown) > 50


def test_loops_are_ranked_by_dollars_and_an_undisclosed_one_is_said_so(show: Open, case: str) -> None:
    shown = show(case)
    rows = shown.page.locator("#list .loop").all_inner_texts()
    assert len(rows) == 2
    assert "Lab → Maker" in rows[0]
    assert "$10bn" in rows[0]
    assert "vendor financing" in rows[0]
    assert "undisclosed" in rows[1]
    assert "$0" not in "".join(rows)


def test_a_click_on_a_loop_brings_it_out_and_shows_its_evidence(show: Open, case: str) -> None:
    shown = show(case)
    assert shown.bright() == []
    shown.page.locator("#list .loop").first.click()
    assert shown.page.locator("#list .loop").first.get_attribute("aria-pressed") == "true"
    assert shown.bright() == ["chips", "invest"]
    said = shown.text("#evidence")
    for words in ("$10bn", "Lab → Maker", "invests in", "buys from", "$12bn", "weakest evidence", "Maker Inc"):
        assert words in said
    shown.page.keyboard.press("Escape")
    assert shown.bright() == []
    assert shown.count(".loop[aria-pressed=true]") == 0


def test_a_leg_shows_amounts_history_sources_conflicts_and_terms(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.locator("#list .loop").first.click()
    card = shown.page.locator("#evidence .card", has_text="invests in")
    assert "Maker Inc +2" in card.inner_text(), "a card names the document that is closest to the fact"
    card.click()
    said = shown.text("#evidence")
    for words in (
        "Maker → Lab", "2025-01-10", "announced", "2025-02-15", "committed", "2025-06-30", "paid", "page 12",
        "a contract over 10 billion is signed", "Sources disagree".upper(), "$11bn", "the filing rules", "in two closings",
        "the licence is granted", "a note on the leg", "“Annual report”", "filing, read as extract", "The Daily",
    ):  # fmt: skip
        assert words in said, words
    links = shown.page.locator("#evidence a")
    assert links.count() == 4
    for n in range(links.count()):
        assert links.nth(n).get_attribute("href").startswith("https://")
        assert "noopener" in links.nth(n).get_attribute("rel")
    shown.page.locator("#evidence .card.route").first.click()
    shown.page.locator("#evidence .card", has_text="buys from").first.click()
    assert "$12bn ($8bn to $20bn)" in shown.text("#evidence")
    shown.page.locator("#evidence .link").click()
    assert "Maker → Lab" in shown.text("#evidence h2")


def test_a_party_is_found_by_keyboard_and_shows_what_it_pays(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.keyboard.press("/")
    shown.page.keyboard.type("mkr")
    assert shown.page.locator("#found li").all_inner_texts()[0].startswith("Maker")
    shown.page.keyboard.press("Enter")
    said = shown.text("#evidence")
    for words in ("chip maker", "$16bn", "$10bn", "Ticker MKR", "Maker Inc", "guarantee or backstop", "60bn"):
        assert words.lower() in said.lower() or words == "60bn", words
    assert shown.bright() == ["backing", "chips", "invest", "racks"]
    shown.page.locator("#evidence summary").click()
    assert "$60bn" in shown.text("#evidence")


def test_search_offers_deals_and_says_when_there_is_nothing(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.fill("#find", "rents computing")
    shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("Enter")
    assert "Lab rents computing" in shown.text("#evidence")
    shown.page.fill("#find", "zzz")
    assert "Nothing by this name" in shown.text("#found")
    shown.page.keyboard.press("Escape")
    assert not shown.page.locator("#found").is_visible()


def test_kinds_can_be_hidden_and_holdings_are_at_first(show: Open, case: str) -> None:
    shown = show(case)
    assert shown.shown() == ["backing", "chips", "invest", "loan", "racks", "rent"]
    shown.page.click("details[data-family=holding] summary")
    shown.page.check("[data-kind=stake]")
    assert "holding" in shown.shown()
    shown.page.click("details[data-family=commercial] summary")
    shown.page.uncheck("[data-kind=purchase]")
    assert shown.shown() == ["backing", "holding", "invest", "loan", "rent"]
    assert "0 loops" in shown.text("#loopcount")
    assert "No loop is closed" in shown.text("#list")
    shown.page.keyboard.press("Escape")
    shown.page.click("#reset")
    assert "2 loops" in shown.text("#loopcount")


def test_parties_of_a_kind_can_be_hidden(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.click("#parties summary")
    shown.page.uncheck("[data-party=neocloud]")
    assert shown.shown() == ["chips", "invest"]
    assert "1 loop" in shown.text("#loopcount")


def test_the_status_floor_and_the_least_amount_filter(show: Open, case: str) -> None:
    shown = show(case)
    assert shown.page.locator("#floor option").all_inner_texts()[0] == "committed or more"
    shown.page.select_option("#floor", "paid")
    assert shown.shown() == ["invest"]
    shown.page.select_option("#floor", "committed")
    shown.page.locator("#min").fill("8")  # 2.5 billion: an unknown amount may be less, so it is hidden
    assert shown.text("#least") == "$2.5bn"
    assert shown.shown() == ["chips", "invest", "loan", "racks"]


def test_what_does_not_count_is_shown_on_request_only(show: Open, case: str) -> None:
    shown = show(case)
    before = shown.text("#sums")
    shown.page.check("#ghosts")
    assert {"letter", "dropped"} <= set(shown.shown())
    assert shown.text("#sums") == before, "and still counts for nothing"
    shown.page.evaluate("choose({type: 'leg', at: legs.findIndex((leg) => leg.id === 'dropped')})")
    assert "Does not count under this lens: cancelled." in shown.text("#evidence")


def test_the_slider_changes_what_counts(show: Open, case: str) -> None:
    shown = show(case)
    seen = {}
    for step in range(12):
        shown.page.locator("#day").fill(str(step))
        seen[shown.text("#asof").removeprefix("As of ")] = (shown.shown(), shown.text("#loopcount"))
    assert seen["2025-01-31"] == ([], "0 loops")
    assert seen["2025-02-28"] == (["invest"], "0 loops")
    assert seen["2025-03-31"] == (["chips", "invest"], "1 loop")
    assert seen["2025-04-30"] == (["chips", "dropped", "invest"], "2 loops on 1 route")
    assert seen["2025-05-31"] == (["chips", "dropped", "invest", "racks", "rent"], "4 loops on 2 routes")
    assert seen["2025-12-31"] == (["backing", "chips", "invest", "loan", "racks", "rent"], "2 loops")


def test_a_chosen_loop_that_is_not_closed_yet_says_so(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.locator("#list .loop").first.click()
    shown.page.locator("#day").fill("0")
    assert "Not closed by the legs shown as of 2025-01-31" in shown.text("#evidence")


def test_the_address_brings_back_what_was_chosen(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.locator("#list .loop").first.click()
    shown.page.locator("#day").fill("3")
    shown.page.select_option("#floor", "partly_paid")
    shown.page.select_option("#floor", "committed")
    shown.page.fill("#within", "vendor")
    address = shown.page.evaluate("location.hash")
    assert "loop=" in address
    assert "on=2025-04-30" in address
    again = show(case, at=address)
    assert again.text("#asof") == "As of 2025-04-30"
    assert again.page.locator("#within").input_value() == "vendor"
    assert again.bright() == shown.bright() == ["chips", "dropped", "invest"]


@pytest.mark.parametrize(
    "address",
    ["#loop=%3Cb%3E&on=banana&min=-1&status=nothing&off=constructor,__proto__&party=x", "#%%%", "#leg=toString"],
)
def test_a_broken_address_is_no_harm(show: Open, case: str, address: str) -> None:
    shown = show(case, at=address)
    assert "2 loops" in shown.text("#loopcount")


def test_loops_are_walked_and_filtered_by_keyboard(show: Open, case: str) -> None:
    shown = show(case)
    shown.page.locator("#list .loop").first.focus()
    shown.page.keyboard.press("Enter")
    shown.page.keyboard.press("ArrowDown")
    assert shown.page.locator("#list .loop").nth(1).get_attribute("aria-pressed") == "true"
    assert shown.page.evaluate("document.activeElement.className") == "loop"
    assert shown.bright() == ["invest", "racks", "rent"]
    shown.page.fill("#within", "cloud")
    assert shown.count("#list .loop") == 1
    shown.page.fill("#within", "")
    shown.page.check("#priced")
    assert shown.count("#list .loop") == 1
    shown.page.fill("#within", "nobody")
    assert "No loop matches" in shown.text("#list")


def test_the_picture_answers_the_mouse_and_the_keys(show: Open, case: str) -> None:
    shown = show(case)
    at = shown.page.evaluate(
        "(() => { const n = nodes[parties.findIndex((p) => p.id === 'lab')]; const box = canvas.getBoundingClientRect();"
        "return [box.left + across(n.x), box.top + along(n.y)]; })()"
    )
    shown.page.mouse.move(*at)
    assert "Lab" in shown.text("#tip")
    shown.page.mouse.click(*at)
    assert shown.text("#evidence h2") == "Lab"
    near = shown.page.evaluate("camera.k")
    shown.page.mouse.wheel(0, -400)
    shown.page.wait_for_timeout(100)
    assert shown.page.evaluate("camera.k") > near
    shown.page.locator("#canvas").focus()
    shown.page.keyboard.press("0")
    shown.page.wait_for_timeout(100)
    assert shown.page.evaluate("camera.k") == pytest.approx(near)
    before = shown.page.evaluate("camera.x")
    shown.page.keyboard.press("ArrowLeft")
    assert shown.page.evaluate("camera.x") == before + 60
    middle = shown.page.evaluate(
        "(() => { const c = curve(edges[legs.findIndex((l) => l.id === 'loan')]); const box = canvas.getBoundingClientRect();"
        "const [x, y] = pointOn(c, 0.5); return [box.left + x, box.top + y]; })()"
    )
    shown.page.keyboard.press("Escape")
    shown.page.mouse.click(*middle)
    assert "Bank → Cloud" in shown.text("#evidence h2")


def test_light_and_dark(show: Open, case: str) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light, dark = show(case, color_scheme="light"), show(case, color_scheme="dark")
    grounds = [light.page.evaluate(ground), dark.page.evaluate(ground)]
    assert grounds[0] != grounds[1]
    light.page.click("#theme")
    dark.page.click("#theme")
    assert [light.page.evaluate(ground), dark.page.evaluate(ground)] == grounds[::-1]


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1100), (1280, 720), (1440, 900), (1920, 1080)])
def test_nothing_runs_over_the_edge(show: Open, case: str, width: int, height: int) -> None:
    shown = show(case, width, height)
    assert shown.page.evaluate("document.scrollingElement.scrollWidth") <= width
    box = shown.page.locator("#canvas").bounding_box()
    assert box["width"] >= 380
    assert box["height"] >= 380
    shown.page.locator("#list .loop").first.click()
    assert shown.page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert shown.page.locator("#evidence").is_visible()
    assert shown.bright() == ["chips", "invest"]


def test_a_phone_has_tabs(show: Open, case: str) -> None:
    shown = show(case, 390, 844, has_touch=True)
    assert shown.page.locator("#loops").is_visible()
    assert not shown.page.locator("#filters").is_visible()
    shown.page.tap(".tabs [data-tab=filters]")
    assert shown.page.locator("#floor").is_visible()
    shown.page.tap(".tabs [data-tab=loops]")
    shown.page.locator("#list .loop").first.tap()
    assert shown.page.locator("#evidence").is_visible()
    assert not shown.page.locator("#loops").is_visible()


def test_hostile_text_stays_text(show: Open, tmp_path: Path) -> None:
    """Every text of every fact is markup, script and marks; each panel is opened."""
    shown = show(hostile(tmp_path / "bad"))
    assert shown.page.title().startswith("</script><img src=x")
    elements = "document.querySelectorAll('img, iframe, object, embed, b b, [onerror], script:not(#data):not(:last-of-type)').length"
    for panel in ("party", "leg"):
        for at in range(shown.page.evaluate(f"{'parties' if panel == 'party' else 'legs'}.length")):
            shown.page.evaluate(f"choose({{type: '{panel}', at: {at}}}, {{keep: true}})")
            assert "<img src=x onerror" in shown.text("#evidence")
            assert shown.page.evaluate(elements) == 0
            assert shown.count("#evidence a") == 0, "an address that is not http is no link"
    shown.page.locator("#list .loop").first.click()
    shown.page.fill("#find", "</script>")
    assert shown.count("#found li") > 1
    assert shown.page.evaluate(elements) == 0
    assert shown.page.evaluate("document.scrollingElement.scrollWidth") <= 1280
    assert shown.page.title().startswith("</script><img src=x")


def test_the_browser_holds_the_page_to_its_policy(show: Open, case: str) -> None:
    """Markup from text, a script and a style put in later, and a request: all refused."""
    shown = show(case)
    refused = shown.page.evaluate(
        """async () => {
          const broken = [];
          document.addEventListener("securitypolicyviolation", (event) => broken.push(event.effectiveDirective));
          let markup = "allowed";
          try { document.body.insertAdjacentHTML("beforeend", "<i>x</i>"); } catch { markup = "refused"; }
          const style = document.createElement("style");
          style.append("body { display: none }");
          document.head.append(style);
          let request = "allowed";
          try { await fetch("https://example.org/"); } catch { request = "refused"; }
          await new Promise((done) => setTimeout(done, 50));
          return [markup, request, getComputedStyle(document.body).display !== "none", broken.sort()];
        }"""
    )
    assert refused[:3] == ["refused", "refused", True]
    assert {"connect-src", "style-src-elem"} <= set(refused[3])
    assert shown.complaints
    shown.complaints.clear()


def test_the_picture_can_be_saved(show: Open, case: str) -> None:
    shown = show(case)
    with shown.page.expect_download() as download:
        shown.page.click("#shot")
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_ledger_too_large_to_draw_says_what_is_left_out(show: Open) -> None:
    rows = [("2025-01-01", f"p{n % 700:03}", f"q{n % 311:03}", "payment", 1000 + n) for n in range(4000)]
    view = build(*rows, ("2025-01-02", "x", "y", "payment", 5), ("2025-01-03", "y", "x", "purchase", 7))
    shown = show(explorer_page(view, find_cycles(view), None))
    drawn = shown.page.evaluate("[legs.length, parties.length]")
    assert drawn[0] <= 3000
    assert drawn[1] <= 400
    note = shown.text("#note")
    assert f"{4002 - drawn[0]:,} legs" in note
    assert f"{1013 - drawn[1]} parties" in note
    assert "1 loop" in shown.text("#loopcount")


def test_parallel_legs_carry_together_what_the_command_line_says(show: Open) -> None:
    """v lends 10 and 5, c buys for 8 and for 9: 15 go around; between a and b one of the legs has no amount."""
    view = build(
        ("", "v", "c", "loan", 10), ("", "v", "c", "loan", 5), ("", "c", "v", "purchase", 8), ("", "c", "v", "purchase", 9),
        ("", "a", "b", "loan", 4), ("", "b", "a", "purchase", 3), ("", "b", "a", "purchase", None),
    )  # fmt: skip
    by_party = find_cycles(view, CycleFilter(by_party=True)).cycles
    assert [(cycle.parties, cycle.bottleneck, cycle.at_least) for cycle in by_party] == [
        (("c", "v"), 15, 15), (("a", "b"), None, 3),
    ]  # fmt: skip
    shown = show(explorer_page(view, find_cycles(view), None))
    assert shown.page.locator("#list .dollars").all_inner_texts() == ["$15", "≥ $3"]
    shown.page.locator("#list .loop").nth(1).click()
    assert "by the priced legs, added up" in shown.text("#evidence")


def test_a_list_of_loops_that_was_cut_says_so(show: Open) -> None:
    rows = [("", f"{pair}{end}", f"{pair}{'ba'[end == 'b']}", "payment", 9) for pair in "abc" for end in "ab"]
    view = build(*rows)
    assert find_cycles(view).count == 3
    short, limited = find_cycles(view, CycleFilter(top=1)), find_cycles(view, CycleFilter(limit=2))
    assert "2 more loops are not listed" in show(explorer_page(view, short, None)).text("#loops")
    assert "stopped at its limit" in show(explorer_page(view, limited, None)).text("#loops")


def test_the_bundled_graph_opens(show: Open) -> None:
    graph = open_graph("ai")
    view = graph.view()
    cycles = find_cycles(view, CycleFilter(max_length=4))
    shown = show(explorer_page(view, cycles, graph.dataset), 1440, 900)
    assert painted(shown) > 200
    named, large = shown.page.evaluate(
        """(() => {
          const labels = [], write = pen.fillText;
          pen.fillText = (text) => labels.push(text);
          drawNames(null, []);
          pen.fillText = write;
          return [labels, nodes.filter((node, at) => now.seen.has(at) && node.r >= 12).map((node) => node.label)];
        })()"""
    )
    assert len(large) >= 10
    assert set(large) <= set(named), "whoever moves much is named at first sight"
    assert len(named) >= 100, "and so are many others"
    assert shown.count("#list .loop") > 5
    shown.page.locator("#list .loop").first.click()
    assert len(shown.bright()) >= 2
    shown.page.locator("#evidence .card").first.click()
    assert shown.count("#evidence a[href^=http]") >= 1
