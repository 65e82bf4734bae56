"""Bounded cycles beside python-igraph, networkx and DuckDB, in one run, with equal counts; the largest few of many, and
all of them as lines.

    python benchmarks/cycles.py [K]

Needs the extra [fast], and igraph and duckdb beside it. One core, and counting on all besides. Compiled code is cached before;
the cold compile is printed too. Peers that pass their time are left out of larger K.
"""

from __future__ import annotations

import csv
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from circularity.kernels import engine
from graphs import START, pairs

SIZES = {"2,000 parties, 40,000 pairs": (2_000, 40_000), "2,000 parties, 8,000 pairs": (2_000, 8_000)}
PATIENCE = 60.0


def ours_counting(arcs: list[tuple[int, int]], size: int, k: int) -> int:
    return engine.count_routes([a for a, _ in arcs], [b for _, b in arcs], size, k, by_arc=False)


def ours_listing(arcs: list[tuple[int, int]], size: int, k: int) -> int:
    """Every cycle written out as numbers; buffers are looked at, not turned into Python tuples."""
    return sum(count for _, count in engine.route_buffers([a for a, _ in arcs], [b for _, b in arcs], size, k))


def igraph_listing(arcs: list[tuple[int, int]], size: int, k: int) -> int:
    import igraph

    return len(igraph.Graph(size, arcs, directed=True).simple_cycles(max=k))


def networkx_listing(arcs: list[tuple[int, int]], _size: int, k: int) -> int:
    import networkx

    return sum(1 for _ in networkx.simple_cycles(networkx.DiGraph(arcs), length_bound=k))


def duckdb_counting(arcs: list[tuple[int, int]], _size: int, k: int) -> int:
    """The join plan: each length is a chain of joins from the smallest vertex back to itself."""
    import duckdb

    base = duckdb.connect(config={"threads": 1})
    base.execute("create table e(a int, b int)")
    base.executemany("insert into e values (?, ?)", arcs) if len(arcs) < 1000 else base.execute(
        "insert into e select unnest(?), unnest(?)", [[a for a, _ in arcs], [b for _, b in arcs]]
    )
    total = 0
    for length in range(2, k + 1):
        joins = " ".join(f"join e e{i} on e{i}.a = e{i - 1}.b and e{i}.b > e0.a" for i in range(1, length - 1))
        close = f"join e e{length - 1} on e{length - 1}.a = e{length - 2}.b and e{length - 1}.b = e0.a"
        distinct = [f"e{i}.b <> e{j}.b" for i in range(length - 1) for j in range(i)]
        where = " and ".join(["e0.b > e0.a", *distinct])
        row = base.execute(f"select count(*) from e e0 {joins} {close} where {where}").fetchone()
        total += row[0] if row else 0
    return total


def timed(
    function: Callable[[list[tuple[int, int]], int, int], int], arcs: list[tuple[int, int]], size: int, k: int
) -> tuple[float, int]:
    start = time.perf_counter()
    count = function(arcs, size, k)
    return time.perf_counter() - start, count


def main() -> None:
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    cold = "from circularity.kernels import engine; engine.PLAIN_STEPS = -1.0; engine.count_routes([0, 1], [1, 0], 2, 3, True)"
    for count in (17_600, 25_200, 35_900):  # first: a process is said to use what its parent used before
        lines(count)
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()} · one core")
    for name in ("no cache (cold compile)", "cached"):
        start = time.perf_counter()
        where = {"NUMBA_CACHE_DIR": tempfile.mkdtemp()} if name.startswith("no") else {}
        subprocess.run([sys.executable, "-c", cold], check=True, env={**os.environ, **where})
        print(f"first call of a process, {name}: {time.perf_counter() - start:.2f} s")
    ours_counting(pairs(1000, 60_000), 1000, 3)
    ours_listing(pairs(1000, 60_000), 1000, 3)
    for title, (parties, count) in SIZES.items():
        arcs = pairs(parties, count)
        tired: set[str] = set()
        for k in range(3, largest + 1):
            engine.THREADS = 1
            base, found = timed(ours_counting, arcs, parties, k)
            line = [f"{title}, k = {k}: {found:,} cycles; counting {base:.3f} s"]
            for peer in (ours_listing, igraph_listing, networkx_listing, duckdb_counting):
                if peer.__name__ in tired:
                    continue
                seconds, other = timed(peer, arcs, parties, k)
                assert other == found, (peer.__name__, other, found)
                line.append(f"{peer.__name__.replace('_', ' ')} {seconds:.3f} s = {seconds / base:,.1f} ×")
                if seconds > PATIENCE / 20:
                    tired.add(peer.__name__)
            engine.THREADS = None
            seconds, other = timed(ours_counting, arcs, parties, k)
            assert other == found
            line.append(f"counting on {engine.processors()} cores {seconds:.3f} s")
            print(" · ".join(line), flush=True)


def lines(count: int) -> None:
    """Whole processes: the three largest loops, and every loop as a line of JSON, with their peak memory."""
    path = Path(tempfile.mkdtemp()) / "pairs.csv"
    dice = random.Random(7)
    with path.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("id", "date", "payer", "payee", "kind", "amount"))
        for number, (tail, head) in enumerate(pairs(2_000, count)):
            day = START + timedelta(days=dice.randrange(365))
            kind = dice.choice(("payment", "purchase", "loan"))
            rows.writerow(
                (
                    f"t{number}",
                    day.isoformat(),
                    f"p{tail}",
                    f"p{head}",
                    kind,
                    f"{dice.randint(100, 1_000_000) / 100:.2f}",
                )
            )
    program = [str(Path(sys.executable).with_name("circularity")), "cycles", "-g", str(path), "--max-length", "5"]
    found = subprocess.run([*program, "--count"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    print(found, end="", flush=True)
    for flags in (["--top", "3"], ["--format", "jsonl"]):
        start = time.perf_counter()
        with subprocess.Popen([*program, *flags], stdout=subprocess.DEVNULL) as process:
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = 0
        print(
            f" · {' '.join(flags)}: {time.perf_counter() - start:.1f} s, {used.ru_maxrss / 1e3:.0f} MB",
            end="",
            flush=True,
        )
    print()


if __name__ == "__main__":
    main()
