"""The HTML explorer: one file that opens from disk, draws the deals and shows where the money comes back."""

from __future__ import annotations

from circularity.views.explorer.page import explorer_page

__all__ = ["explorer_page"]
