"""Dated cycles beside DuckDB and raphtory, in one run, with equal counts; hubs; and counting as a whole process.

    python benchmarks/dated.py [LEGS [FOLDER]]

A year of LEGS payments (a million unless said) among a tenth as many parties; the CSV (46 MB) is written
into FOLDER, by default a temporary one. Needs the extra [fast]; duckdb and raphtory are measured where they are
installed. Compiled code is cached before. A peer that passes its time is left out of what is larger.

raphtory counts temporal motifs of three legs, one of which is the dated cycle; it orders legs of one moment,
so there both sides get a moment of its own for each leg.
"""

from __future__ import annotations

import csv
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from threading import Timer

from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.kernels import engine
from circularity.load import open_graph
from graphs import START, ledger

PATIENCE = 60.0
WINDOWS = (3, 14, 30)
Columns = list[list[int]]
"""Tails, heads, days: in order of day."""


def columns_of(path: Path) -> Columns:
    """The legs as numbers."""
    days = {(START + timedelta(days=number)).isoformat(): number for number in range(366)}
    with path.open(newline="") as stream:
        rows = [(days[row["date"]], int(row["payer"][1:]), int(row["payee"][1:])) for row in csv.DictReader(stream)]
    rows.sort(key=lambda row: row[0])
    return [[row[1] for row in rows], [row[2] for row in rows], [row[0] for row in rows]]


def ours(columns: Columns, size: int, hops: int, window: int) -> int:
    """Dated cycles of up to that many legs, every one written out as numbers."""
    found = engine.timed_buffers(engine.Timed(*columns, [0] * len(columns[0]), size), hops, window, ties=False)
    return sum(count for _, count in found)


def by_duckdb(columns: Columns, hops: int, window: int) -> int | None:
    """The join plan: each length is a chain of joins forward in time; None where it passes its time."""
    import duckdb

    base = duckdb.connect(config={"threads": 1, "memory_limit": "8GB"})
    base.execute("set enable_progress_bar = false")
    base.execute("create table e as select unnest(?::int[]) a, unnest(?::int[]) b, unnest(?::int[]) t", columns)
    timer = Timer(PATIENCE, base.interrupt)
    timer.start()
    try:
        total = 0
        for length in range(2, hops + 1):
            joins = " ".join(
                f"join e e{i} on e{i}.a = e{i - 1}.b and e{i}.t > e{i - 1}.t and e{i}.t <= e0.t + {window}"
                + (f" and e{i}.b = e0.a" if i == length - 1 else "")
                for i in range(1, length)
            )
            distinct = [f"e{i}.b <> e{j}.b" for i in range(length) for j in range(i)]
            row = base.execute(f"select count(*) from e e0 {joins} where {' and '.join(distinct)}").fetchone()
            total += row[0] if row else 0
        return total
    except duckdb.Error:
        return None
    finally:
        timer.cancel()


def by_raphtory(graph: object, window: int) -> int:
    from raphtory import algorithms

    return int(algorithms.global_temporal_three_node_motif(graph, window, threads=1)[35])


def seconds_of(work: Callable[[], int | None]) -> tuple[float, int | None]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def beside_duckdb(columns: Columns, size: int) -> None:
    tired = find_spec("duckdb") is None
    for hops in (2, 3, 4, 5, 6):
        for window in WINDOWS:
            base, found = seconds_of(lambda: ours(columns, size, hops, window))  # noqa: B023
            line = f"up to {hops} legs within {window} days: {found:,} in {base:.2f} s"
            if not tired:
                peer, other = seconds_of(lambda: by_duckdb(columns, hops, window))  # noqa: B023
                assert other in (None, found), (other, found)
                tired = other is None
                line += f" · duckdb {'not finished in ' if tired else ''}{peer:.1f} s = {peer / base:,.1f} ×"
            print(line, flush=True)


def beside_raphtory(columns: Columns, size: int) -> None:
    if find_spec("raphtory") is None:
        return
    import pandas
    from raphtory import Graph

    per_day = 100_000
    moments, last, number = [], -1, 0
    for day in columns[2]:
        number = number + 1 if day == last else 0
        last = day
        moments.append(day * per_day + number)
    start = time.perf_counter()
    graph = Graph()
    frame = pandas.DataFrame({"a": columns[0], "b": columns[1], "t": moments})
    graph.load_edges(frame, time="t", src="a", dst="b")
    print(f"raphtory loads the legs in {time.perf_counter() - start:.1f} s")
    exact: Columns = [columns[0], columns[1], moments]
    for window in WINDOWS:
        span = window * per_day
        base, found = seconds_of(lambda: ours(exact, size, 3, span) - ours(exact, size, 2, span))  # noqa: B023
        peer, other = seconds_of(lambda: by_raphtory(graph, span))  # noqa: B023
        assert other == found, (other, found)
        print(
            f"of 3 legs within {window} days: {found:,} in {base:.2f} s · raphtory {peer:.1f} s = {peer / base:,.1f} ×"
        )


def hubs() -> None:
    """One party that pays and is paid by all others, at random moments of a year, within 30 days."""
    for customers in (25_000, 50_000, 100_000, 200_000):
        dice = random.Random(1)
        arcs = [pair for other in range(1, customers + 1) for pair in ((0, other), (other, 0))]
        legs = sorted((dice.randrange(365 * 86_400), tail, head) for tail, head in arcs)
        columns = [[leg[1] for leg in legs], [leg[2] for leg in legs], [leg[0] for leg in legs]]
        base, found = seconds_of(lambda: ours(columns, customers + 1, 6, 30 * 86_400))  # noqa: B023
        print(f"a hub of {customers:,} legs in and as many out: {found:,} in {base:.2f} s")


def whole_process(path: Path) -> None:
    start = time.perf_counter()
    with path.open(newline="") as stream:
        rows = sum(1 for _ in csv.reader(stream))
    bare = time.perf_counter() - start
    print(f"csv.reader over {rows:,} rows: {bare:.2f} s")
    program = [str(Path(sys.executable).with_name("circularity")), "cycles", "-g", str(path), "--count"]
    for flags in (["--max-length", "5"], ["--window", "30"]):
        subprocess.run([*program, *flags], capture_output=True, check=True)
        start = time.perf_counter()
        done = subprocess.run([*program, *flags], capture_output=True, text=True, check=True)
        whole = time.perf_counter() - start
        said = done.stdout.splitlines()[0]
        print(
            f"cycles --count {' '.join(flags)}, whole process: {whole:.2f} s = {whole / bare:.1f} × csv.reader; {said}"
        )


def main() -> None:
    legs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    path = folder / ("million.csv" if legs == 1_000_000 else f"ledger-{legs}.csv")
    ledger(path, legs // 10, legs)
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()} · {legs:,} legs · one core")
    whole_process(path)
    view = open_graph(path).view()
    find_cycles(view, CycleFilter(window=1, max_length=3, count_only=True))
    for window in WINDOWS:
        took, count = seconds_of(lambda: find_cycles(view, CycleFilter(window=window, count_only=True)).count)  # noqa: B023
        print(f"find_cycles, up to 6 legs within {window} days: {count:,} in {took:.2f} s")
    columns = columns_of(path)
    size = legs // 10
    beside_duckdb(columns, size)
    beside_raphtory(columns, size)
    hubs()
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
