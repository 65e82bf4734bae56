"""The largest circulation beside networkx's network simplex, in one run, with equal results.

    python benchmarks/circulation.py

Needs the extra [fast].
"""

from __future__ import annotations

import platform
import random
import resource
import time

from circularity.graph.networks import largest_circulation
from circularity.kernels.mincost import least_flow
from graphs import pairs


def main() -> None:
    print(f"{platform.node()} · {platform.machine()} · Python {platform.python_version()}")
    for parties, count in ((1_000, 10_000), (3_000, 30_000), (10_000, 100_000), (100_000, 1_000_000)):
        dice = random.Random(1)
        sums = {pair: dice.randint(100, 1_000_000) for pair in pairs(parties, count)}
        start = time.perf_counter()
        least = least_flow(sums, parties)
        ours = time.perf_counter() - start
        line = f"{count:,} pairs: {ours:.3f} s"
        if count <= 100_000:
            start = time.perf_counter()
            theirs = largest_circulation(sums)
            seconds = time.perf_counter() - start
            assert least is not None
            assert sum(sums.values()) - least == theirs
            line += f" · networkx {seconds:.2f} s = {seconds / ours:,.0f} ×"
        print(line, flush=True)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
