"""How slow is a cold start? Whole processes, in turn, as ratios to `import networkx` in the same run.

    python benchmarks/cold_start.py [RUNS]

Bounds that the project keeps: `--help` at most 2, `cycles -g ai` at most 4; loading and checking
graphs/ai at most 0.3 of `cycles`.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

BASE = [sys.executable, "-c", "import networkx"]
LOAD = """
import time, circularity
from circularity.io.dataset import load_dataset
from circularity.resources import bundled
start = time.perf_counter()
load_dataset(bundled("graphs") / "ai")
print(time.perf_counter() - start)
"""


def program(*words: str) -> list[str]:
    """The installed console script, with arguments."""
    return [str(Path(sys.executable).with_name("circularity")), *words]


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    return time.perf_counter() - start


def loading() -> float:
    """Seconds of loading and checking alone, in a fresh process."""
    done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    commands = {
        "circularity --help": program("--help"),
        "circularity cycles -g ai": program("cycles", "-g", "ai"),
        "circularity roundtrip nvidia": program("roundtrip", "nvidia"),
        "circularity report": program("report"),
    }
    times: dict[str, list[float]] = {name: [] for name in ("import networkx", "load and check graphs/ai", *commands)}
    for command in (BASE, *commands.values()):
        seconds(command)
    for _ in range(runs):
        times["import networkx"].append(seconds(BASE))
        times["load and check graphs/ai"].append(loading())
        for name, command in commands.items():
            times[name].append(seconds(command))
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()} · {runs} runs, medians")
    for name, found in times.items():
        ratios = [a / b for a, b in zip(found, times["import networkx"], strict=True)]
        print(f"{name:32} {statistics.median(found):7.3f} s   {statistics.median(ratios):5.2f} × import networkx")
    load, cycles = times["load and check graphs/ai"], times["circularity cycles -g ai"]
    print(f"{'load and check / cycles':32} {statistics.median(a / b for a, b in zip(load, cycles, strict=True)):7.2f}")


if __name__ == "__main__":
    main()
