"""`check --online`: does every source's address still answer?"""

from __future__ import annotations

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import typer

from circularity import __version__
from circularity.model.dataset import Dataset
from circularity.problems import Problem

_AT_ONCE = 8
_SECONDS = 15


def check_addresses(data: Dataset | None) -> list[Problem]:
    """Try each address once; those that do not answer are problems. Progress on stderr."""
    if data is None:
        return []
    found: list[Problem] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = pool.map(_failure, [source.url for source in data.sources.values()])
        for number, (key, why) in enumerate(zip(data.sources, answers, strict=True), 1):
            if number % 25 == 0:
                typer.echo(f"tried {number} of {len(data.sources)} addresses", err=True)
            if why:
                url = data.sources[key].url
                found.append(Problem("offline", f"{url}: {why}", data.places.get(f"source:{key}")))
    return found


def _failure(url: str) -> str | None:
    """Why an address does not answer; None where it does."""
    request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": f"circularity/{__version__}"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):
            return None
    except urllib.error.HTTPError as error:
        return None if error.code in (401, 403, 405, 429) else f"HTTP {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))[:120]
