"""Property-based tests draw the same examples in every run, on every machine."""

from __future__ import annotations

from hypothesis import settings

same_every_time = settings(derandomize=True, database=None, deadline=None, max_examples=200)
