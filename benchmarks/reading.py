"""Reading beside the plainest readers there are, in one run: `csv.reader` for ledgers, `json.loads` for datasets.

    python benchmarks/reading.py [LEDGER.csv]

Bounds that the project keeps: the whole process `cycles --count --max-length 5` on a million legs
(extra [fast], kernels compiled before) at most 10 times a bare pass of `csv.reader`; loading and
checking graphs/ai at most 20 times `json.loads` of its own JSON export. The ledger is made where it
is missing. Reading with care, without arrays, gives the same table: it is compared and timed too.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from circularity.io import cache, dataset, ledger
from circularity.model.legs import COLUMNS, LegTable
from circularity.resources import bundled
from graphs import ledger as make_ledger

RUNS = 7
AI = bundled("graphs") / "ai"
PROGRAM = str(Path(sys.executable).with_name("circularity"))
FRESH = """
import time
from circularity.io.dataset import load_dataset
from circularity.resources import bundled
start = time.perf_counter()
load_dataset(bundled("graphs") / "ai")
print(time.perf_counter() - start)
"""


def bare_pass(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as stream:
        return sum(1 for _ in csv.reader(stream))


def counting(path: Path) -> str:
    command = [PROGRAM, "cycles", "-g", str(path), "--count", "--max-length", "5", "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["result"]["count"])


def careful(path: Path) -> LegTable:
    """Without arrays."""
    before, ledger._MANY = ledger._MANY, 1 << 60
    try:
        return ledger.load_ledger(path)[0].table
    finally:
        ledger._MANY = before


def columns(table: LegTable) -> list[Any]:
    return [table.parties, table.scale, table.outside, *(list(getattr(table, name)) for name in COLUMNS)]


def seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    found = function()
    taken = time.perf_counter() - start
    del found
    return taken


def fresh() -> float:
    """Seconds of loading in a process of its own, its imports aside."""
    return float(subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True).stdout)


def anew() -> Any:
    """Load without what was kept."""
    before, cache.entry = cache.entry, lambda *_: None
    try:
        return dataset.load_dataset(AI)
    finally:
        cache.entry = before


def shown(base: list[float], times: dict[str, list[float]], unit: str, form: Callable[[float], str]) -> None:
    print(f"{unit:52} {form(statistics.median(base))}")
    for name, found in times.items():
        ratio = statistics.median(a / b for a, b in zip(found, base, strict=True))
        print(f"{name:52} {form(statistics.median(found))} = {ratio:6.1f} ×")


def ledgers(path: Path) -> None:
    make_ledger(path, 100_000, 1_000_000)
    count = counting(path)
    assert columns(careful(path)) == columns(ledger.load_ledger(path)[0].table)
    base: list[float] = []
    times: dict[str, list[float]] = {
        name: []
        for name in ("whole process, counting loops of up to 5", "reading and checking", "the same without arrays")
    }
    whole, reading, slow = times.values()
    for _ in range(RUNS):
        base.append(seconds(lambda: bare_pass(path)))
        whole.append(seconds(lambda: counting(path)))
        reading.append(seconds(lambda: ledger.load_ledger(path)))
        slow.append(seconds(lambda: careful(path)))
    print(
        f"\n{path.stat().st_size / 1e6:.0f} MB, {bare_pass(path) - 1:,} legs, {int(count):,} loops; the same table both ways"
    )
    shown(base, times, "bare csv.reader", lambda value: f"{value:8.3f} s ")


def datasets() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ai.json"
        subprocess.run([PROGRAM, "export", "--format", "json", "-o", str(file)], capture_output=True, check=False)
        text = file.read_text(encoding="utf-8")
    first, problems = dataset.load_dataset(AI)
    again, same = anew()
    assert (first.deals, first.accounts, first.places, problems) == (again.deals, again.accounts, again.places, same)
    base: list[float] = []
    times: dict[str, list[float]] = {
        name: []
        for name in (
            "loading and checking, kept from an earlier time",
            "the same, first thing in a process",
            "the same, all read anew",
        )
    }
    kept, cold, new = times.values()
    for _ in range(5 * RUNS):
        base.append(seconds(lambda: json.loads(text)))
        kept.append(seconds(lambda: dataset.load_dataset(AI)))
        cold.append(fresh())
        new.append(seconds(anew))
    print(
        f"\ngraphs/ai: {sum(map(len, dataset._texts(AI)[0].values())) / 1e3:.0f} kB of YAML, {len(text) / 1e3:.0f} kB of JSON, {len(first.legs())} legs"
    )
    shown(base, times, "json.loads of its own export", lambda value: f"{value * 1e3:8.2f} ms")


def main() -> None:
    os.environ.setdefault("CIRCULARITY_CACHE", tempfile.mkdtemp())
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.gettempdir()) / "million.csv"
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()} · {RUNS} runs, medians")
    datasets()
    ledgers(path)


if __name__ == "__main__":
    main()
