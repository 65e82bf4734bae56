"""Every code of the table of problems: a sample with exactly that flaw, or a call that finds it.

A sample is a file in `samples/`, named after its code. A ledger is read as it is. A `.yaml` file stands beside
the two files of `samples/base`, which have no flaw; a folder's files take the place of base's. The lines to be
reported are those that end in `# flaw` or, in a ledger, in the note `flaw`; none: the file as a whole.
"""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from circularity.analysis import ranges, system
from circularity.analysis.roundtrip import round_trip
from circularity.analysis.system import measure_all
from circularity.cli.online import check_addresses
from circularity.graph.lens import Lens
from circularity.graph.toys import Row, build, vendor_loop
from circularity.io import yamltext
from circularity.io.dataset import load_dataset
from circularity.io.ledger import load_ledger
from circularity.load import open_graph
from circularity.problems import CODES, Place, Problem, has_errors, sort_problems
from tests.ledgers import run

SAMPLES = Path(__file__).parent / "samples"
FILES = {path.stem: path for path in sorted(SAMPLES.iterdir()) if path.name not in ("base", ".gitattributes")}
BASE_LEGS = ["base-investment", "base-purchase", "base-compute"]

CALLED = {
    "file-missing", "file-too-large", "outside-dataset", "line-too-long",
    "overlap", "overdrawn", "not-identified", "truncated", "too-large", "needs-extra", "offline",
}  # fmt: skip
"""Codes whose file would be large or a link, or that a result has and no file: each has a test further down."""

UNREAD = {"encoding", "file-empty", "yaml-syntax", "yaml-depth", "missing-column", "parquet-syntax", "file-ignored"}
"""Codes after which nothing of the file is known."""

BASE_ONLY = {"bad-expectation"}
"""Samples that change a file of base and add no fact."""


@dataclass(frozen=True)
class Loaded:
    file: str
    text: bytes
    problems: list[Problem]
    legs: list[str]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A copy of the dataset without a flaw."""
    return Path(shutil.copytree(SAMPLES / "base", tmp_path / "dataset"))


def load(sample: Path, dataset: Path) -> Loaded:
    if sample.suffix in (".csv", ".parquet"):
        ledger, problems = load_ledger(sample)
        return Loaded(sample.name, sample.read_bytes(), problems, list(ledger.table.id))
    if sample.is_dir():
        (changed,) = sample.iterdir()
        file = Path(shutil.copy(changed, dataset / changed.name))
    else:
        file = Path(shutil.copy(sample, dataset / "flaw.yaml"))
    facts, problems = load_dataset(dataset)
    return Loaded(file.name, file.read_bytes(), problems, [leg.id for _, leg in facts.legs()])


def flaws(text: bytes) -> set[int]:
    lines = enumerate(text.split(b"\n"), 1)
    return {number for number, line in lines if b"# flaw" in line or line.endswith(b",flaw")}


def test_base_has_no_flaw(dataset: Path) -> None:
    facts, problems = load_dataset(dataset)
    assert problems == []
    assert [leg.id for _, leg in facts.legs()] == BASE_LEGS


def test_every_code_has_a_sample_or_is_called() -> None:
    assert set(FILES) | CALLED == set(CODES)
    assert not set(FILES) & CALLED


@pytest.mark.parametrize("code", FILES)
def test_sample_has_exactly_its_flaw(code: str, dataset: Path) -> None:
    found = load(FILES[code], dataset)
    assert {problem.code for problem in found.problems} == {code}
    places = {problem.place for problem in found.problems}
    lines = flaws(found.text)
    if lines:
        assert places == {Place(found.file, line) for line in lines}
    else:
        assert len(places) == 1
        assert all(place and place.file == found.file and place.line <= 1 for place in places)


@pytest.mark.parametrize("code", FILES)
def test_good_facts_beside_a_flaw_are_kept(code: str, dataset: Path) -> None:
    legs = load(FILES[code], dataset).legs
    if FILES[code].suffix in (".csv", ".parquet"):
        kept = [] if code in UNREAD else ["kept-1", "kept-2"]
    else:
        kept = BASE_LEGS if code in UNREAD | BASE_ONLY else [*BASE_LEGS, "kept-leg"]
    assert [leg for leg in legs if leg in kept] == kept
    assert legs or code in UNREAD


@pytest.mark.parametrize("code", FILES)
def test_check_prints_it_and_its_exit_code_says_how_bad_it_is(code: str, dataset: Path) -> None:
    sample = FILES[code]
    ledger = sample.suffix in (".csv", ".parquet")
    if not ledger:
        load(sample, dataset)
    done = run("check", "-g", sample if ledger else dataset)
    assert done.exit_code == (1 if CODES[code].severity == "error" else 0)
    assert code in done.stdout
    assert (f"[{code}]" in done.stderr) is (CODES[code].severity != "note")
    assert not done.exception or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize("code", CODES)
def test_code_says_what_is_wrong_and_what_to_do(code: str) -> None:
    row = CODES[code]
    assert row.meaning[0].islower() or row.meaning.startswith("YAML")
    assert row.action
    assert not row.meaning.endswith(".")
    assert not row.action.endswith(".")


# what would be large, or a link


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_file_missing(dataset: Path) -> None:
    (dataset / "flaw.yaml").symlink_to("nowhere.yaml")
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["file-missing"]
    assert problems[0].place == Place("flaw.yaml", 0)
    assert len(facts.legs()) == 3


def test_file_missing_where_links_lead_in_a_ring(dataset: Path) -> None:
    (dataset / "flaw.yaml").symlink_to("back.yaml")
    (dataset / "back.yaml").symlink_to("flaw.yaml")
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["file-missing"] * 2
    assert len(facts.legs()) == 3


def test_file_missing_where_a_folder_has_the_name_of_a_file(dataset: Path) -> None:
    (dataset / "flaw.yaml").mkdir()
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["file-missing"]
    assert len(facts.legs()) == 3


def test_file_too_large(dataset: Path) -> None:
    with (dataset / "flaw.yaml").open("wb") as file:
        file.truncate(yamltext.MAX_BYTES + 1)
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["file-too-large"]
    assert problems[0].place == Place("flaw.yaml", 0)
    assert len(facts.legs()) == 3


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.yaml", "/dev/zero", ".."])
def test_outside_dataset(dataset: Path, target: str) -> None:
    (dataset.parent / "secret.yaml").write_text("parties:\n- {id: secret, name: Secret}\n")
    (dataset / "flaw.yaml").symlink_to(target)
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["outside-dataset"]
    assert problems[0].place == Place("flaw.yaml", 0)
    assert "secret" not in facts.parties
    assert len(facts.legs()) == 3


def test_a_link_inside_the_dataset_is_read(dataset: Path) -> None:
    (dataset / "kept.txt").write_text("parties:\n- {id: kept, name: Kept}\n")
    (dataset / "link.yaml").symlink_to("kept.txt")
    assert "kept" in load_dataset(dataset)[0].parties


def test_line_too_long(dataset: Path) -> None:
    (dataset / "flaw.yaml").write_text(f"# short\n# {'long ' * yamltext.MAX_LINE}\n")
    facts, problems = load_dataset(dataset)
    assert codes(problems) == ["line-too-long"]
    assert problems[0].place == Place("flaw.yaml", 2)
    assert len(facts.legs()) == 3


# what a result has and no file


def test_overlap(dataset: Path) -> None:
    """A framework of 10 with an order of 4 under it counts 6 beside the order."""
    (dataset / "more.yaml").write_text("""deals:
- id: framework
  title: A framework and an order under it
  history:
  - {status: committed, date: 2025-03-01, source: filing, states: both are signed}
  legs:
  - {id: whole, payer: lab, payee: maker, kind: purchase, amount: 10bn}
  - {id: part, payer: lab, payee: maker, kind: purchase, amount: 4bn, part_of: whole}
""")
    graph = open_graph(dataset)
    assert graph.problems == ()
    view = graph.view()
    assert codes(list(view.problems)) == ["overlap"]
    amounts = dict(zip(view.legs.id, view.legs.amount, strict=True))
    assert {leg: amounts[leg] for leg in ("whole", "part")} == {"whole": 6 * 10**9, "part": 4 * 10**9}


def test_overdrawn() -> None:
    """The customer takes in 5 and 10 and pays 12: enough. Without the 5 it lacks 2."""
    enough = vendor_loop(Lens(complete=("customer",)))
    short = build(
        ("2025-01-02", "vendor", "customer", "equity_cash", 10),
        ("2025-01-03", "customer", "vendor", "purchase", 12),
        lens=Lens(complete=("customer",)),
    )
    assert "overdrawn" not in codes(list(round_trip(enough, "vendor").problems))
    assert "overdrawn" in codes(list(round_trip(short, "vendor").problems))


def test_not_identified() -> None:
    """The middle of vendor → lab → cloud → vendor has no amount."""
    view = build(
        ("2025-01-01", "vendor", "lab", "equity_cash", 10),
        ("2025-01-02", "lab", "cloud", "cloud_purchase", None),
        ("2025-01-03", "cloud", "vendor", "purchase", 8),
    )
    trip = round_trip(view, "vendor")
    assert "not-identified" in codes(list(trip.problems))


def test_truncated(tmp_path: Path) -> None:
    """Two loops of two, and a limit of one."""
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("id,date,payer,payee,kind,amount\n1,,a,b,,1\n2,,b,a,,1\n3,,a,c,,1\n4,,c,a,,1\n")
    done = run("cycles", "-g", ledger, "--limit", 1, "--format", "json")
    assert done.exit_code == 0
    assert '"truncated"' in done.stdout.split('"problems"')[1]
    assert run("cycles", "-g", ledger, "--limit", 2, "--format", "json").stdout.count('"code": "truncated"') == 0


def test_too_large() -> None:
    """One party more than the dense measures are worth."""
    size = system.DENSE_PARTIES + 1
    rows: list[Row] = [("", f"p{n}", f"p{(n + 1) % size}", "payment", 1) for n in range(size)]
    measured = measure_all(build(*rows))
    assert codes(list(measured.problems)) == ["too-large"]
    assert measured.finn is None


def test_needs_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """An amount with a range, a complete party, and no solver for the two together."""
    view = vendor_loop(Lens(complete=("customer",)))
    legs = replace(view.legs, low=[4, 12], high=[10, 12])
    monkeypatch.setattr(ranges, "solver_installed", lambda: False)
    trip = round_trip(replace(view, legs=legs), "vendor")
    assert codes(list(trip.problems)) == ["needs-extra"]
    assert trip.outer == (None, 10)


@pytest.fixture
def answering() -> Iterator[Callable[[int], str]]:
    """The address of a document on this machine that answers with a given status."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(int(self.path.rsplit("/", 1)[-1]))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield lambda status: f"http://127.0.0.1:{server.server_port}/2025/document/{status}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "found"), [(200, []), (403, []), (404, ["offline"]), (500, ["offline"])])
def test_offline(dataset: Path, answering: Callable[[int], str], status: int, found: list[str]) -> None:
    facts = dataset / "facts.yaml"
    facts.write_text(
        facts.read_text().replace("https://maker.example/filings/annual-report-2025.htm", answering(status))
    )
    data, problems = load_dataset(dataset)
    assert problems == []
    offline = check_addresses(data)
    assert codes(offline) == found
    assert all(problem.place == Place("facts.yaml", 2) for problem in offline)


def test_offline_where_nobody_listens(dataset: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/document"
        facts = dataset / "facts.yaml"
        facts.write_text(facts.read_text().replace("https://maker.example/filings/annual-report-2025.htm", address))
        assert codes(check_addresses(load_dataset(dataset)[0])) == ["offline"]


# the value itself


def test_problem_as_json_and_as_text() -> None:
    problem = Problem("bad-amount", "'x' is not an amount", Place("deals.yaml", 7))
    assert problem.as_json() == {
        "code": "bad-amount",
        "severity": "error",
        "file": "deals.yaml",
        "line": 7,
        "message": "'x' is not an amount",
        "action": "write 30bn, up to 30bn, 2bn..3bn or undisclosed",
    }
    assert str(problem) == (
        "deals.yaml:7: error: 'x' is not an amount [bad-amount]; write 30bn, up to 30bn, 2bn..3bn or undisclosed"
    )


def test_problem_without_a_line_or_a_place() -> None:
    whole = Problem("file-empty", "the file is empty", Place("deals.yaml", 0), "delete it").as_json()
    nowhere = Problem("overlap", "counted once").as_json()
    assert (whole["file"], whole["line"], whole["action"]) == ("deals.yaml", None, "delete it")
    assert (nowhere["file"], nowhere["line"]) == (None, None)
    assert str(Problem("overlap", "counted once")).startswith("note: counted once")


def test_problems_sort_by_place_and_only_errors_fail() -> None:
    late, early, note = (
        Problem("bad-date", "b", Place("a.yaml", 9)),
        Problem("bad-date", "a", Place("a.yaml", 2)),
        Problem("overlap", "c"),
    )
    assert sort_problems([late, early, note]) == [note, early, late]
    assert has_errors([note, late])
    assert not has_errors([note, Problem("truncated", "d")])


def test_hostile_text_in_a_problem_reaches_no_terminal(dataset: Path) -> None:
    """A colour sequence, a bell and a mark that turns the writing direction, as the name of a field."""
    (dataset / "flaw.yaml").write_text('"\\e[31mred\\a\\u202Etxt": 1\n')
    done = run("check", "-g", dataset)
    assert done.exit_code == 1
    assert "unknown-key" in done.stdout
    for sign in ("\x1b", "\x07", "\u202e"):
        assert sign not in done.stdout
        assert sign not in done.stderr


def test_amount_of_a_sample_is_what_its_file_says(dataset: Path) -> None:
    leg = load_dataset(dataset)[0].leg_index["base-purchase"]
    assert leg.amount == (Decimal(8 * 10**9), Decimal(9 * 10**9), Decimal(12 * 10**9))
