"""Dated cycles of a ledger of a million legs, within windows of days; and the whole process of counting.

    python benchmarks/dated.py [FOLDER]

The ledger (46 MB) is written into FOLDER, by default a temporary one. Needs the extra [fast].
"""

from __future__ import annotations

import csv
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from circularity.analysis.cycles import CycleFilter, find_cycles
from circularity.load import open_graph
from graphs import ledger


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
    path = folder / "million.csv"
    ledger(path, 100_000, 1_000_000)
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()} · one core")
    start = time.perf_counter()
    with path.open(newline="") as stream:
        rows = sum(1 for _ in csv.reader(stream))
    bare = time.perf_counter() - start
    print(f"csv.reader over {rows:,} rows: {bare:.2f} s")
    command = [
        str(Path(sys.executable).with_name("circularity")),
        "cycles",
        "-g",
        str(path),
        "--count",
        "--max-length",
        "5",
    ]
    subprocess.run(command, capture_output=True, check=True)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    whole = time.perf_counter() - start
    print(
        f"circularity cycles --count --max-length 5, whole process: {whole:.2f} s = {whole / bare:.1f} × csv.reader; {done.stdout.splitlines()[0]}"
    )
    view = open_graph(path).view()
    find_cycles(view, CycleFilter(window=1, max_length=3, count_only=True))
    for window in (3, 14, 30):
        start = time.perf_counter()
        found = find_cycles(view, CycleFilter(window=window, max_length=6, count_only=True))
        print(
            f"dated cycles of up to 6 legs within {window} days: {found.count:,} in {time.perf_counter() - start:.2f} s"
        )
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
