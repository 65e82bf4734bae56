"""The page itself: everything it shows as data, and the one file that holds it.

Every text of the data travels in a JSON block and reaches the document as text only. The page may
run its own script and style, by their hashes, and nothing else; it can load nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from circularity import __version__
from circularity.analysis.cycles import Cycle, Cycles
from circularity.graph.view import View
from circularity.model.accounts import Account
from circularity.model.dataset import Dataset
from circularity.model.kinds import IN_KIND_SUFFIX
from circularity.views.explorer import content
from circularity.views.explorer.chosen import MAX_FORMER, by_route, loops_to_list, rows_to_draw, tracks_to_draw
from circularity.views.explorer.days import Past, Track, past_of_dataset, past_of_ledger
from circularity.views.explorer.picture import picture

SCRIPTS = ("base.js", "state.js", "canvas.js", "loops.js", "evidence.js", "controls.js")

_HERE = Path(__file__).parent


def explorer_page(view: View, cycles: Cycles, facts: Dataset | None) -> str:
    """The explorer as the text of one HTML file.

    Args:
        view: the legs that count.
        cycles: the loops to list, found in the same view; by leg or by party.
        facts: evidence, status history and party details; a ledger has none.

    Returns:
        HTML. The same input gives the same text. Of a graph too large to draw, the legs of loops
        and then the largest are drawn, and the page says what is left out (`chosen`).
    """
    return _filled(page_data(view, cycles, facts))


def page_data(view: View, cycles: Cycles, facts: Dataset | None) -> dict[str, Any]:
    """Everything that the page shows, as plain values."""
    listed = loops_to_list(cycles.cycles)
    past, known = _past(view, cycles, listed, facts)
    tracks = list(past.tracks.values())
    parties = sorted({end for track in tracks for end in (track.payer, track.payee)})
    place = {track.id: number for number, track in enumerate(tracks)}
    loops = [*listed, *past.former[:MAX_FORMER]]
    rows = content.loop_rows(by_route(loops) if cycles.filter.by_party else loops, place)
    drawn = len(content.loop_rows(listed, place))
    people = _people(parties, view, facts)
    legs = _legs(tracks, parties, facts)
    kinds = {key: person["kind"] for key, person in zip(parties, people, strict=True)}
    names = {key: person["name"] for key, person in zip(parties, people, strict=True)}
    return {
        "about": _about(view, facts),
        "words": content.words(),
        "days": list(past.days),
        "parties": people,
        "legs": legs,
        "loops": rows,
        "deals": _deals(tracks, facts),
        "sources": content.used_sources(facts, [*legs, *people]) if facts else {},
        "leftOut": {
            "legs": known[0] - len(tracks),
            "parties": known[1] - len(parties),
            "loops": cycles.count - drawn,
            "more": cycles.truncated,
        },
        **picture(tracks, parties, kinds, names),
    }


def _past(view: View, cycles: Cycles, listed: Sequence[Cycle], facts: Dataset | None) -> tuple[Past, tuple[int, int]]:
    """What is drawn, and how many legs and parties there are to draw."""
    if facts is None:
        legs, rows = view.legs, view.measured
        ends = {legs.payer[row] for row in rows} | {legs.payee[row] for row in rows}
        return past_of_ledger(view, rows_to_draw(view, listed)), (len(rows), len(ends))
    past = past_of_dataset(view, facts, cycles)
    named = {end for track in past.tracks.values() for end in (track.payer, track.payee)}
    return tracks_to_draw(past, listed), (len(past.tracks), len(named))


def _about(view: View, facts: Dataset | None) -> dict[str, Any]:
    description = facts.description if facts else None
    return content.slim(
        name=view.name, version=view.version, sha256=view.sha256[:12], tool=__version__,
        title=content.text(description.title) if description else None,
        scope=content.text(description.scope) if description else None,
        inclusion=content.text(description.inclusion) if description else None,
        licence=content.text(description.licence) if description else None,
        lens=str(view.lens), floor=view.lens.status, currency=view.legs.currency,
    )  # fmt: skip


def _people(parties: Sequence[str], view: View, facts: Dataset | None) -> list[dict[str, Any]]:
    accounts: dict[str, list[Account]] = defaultdict(list)
    for account in facts.accounts if facts else ():
        accounts[account.party].append(account)
    known = facts.parties if facts else view.parties
    return [content.party_row(key, known.get(key), accounts[key]) for key in parties]


def _legs(tracks: Sequence[Track], parties: Sequence[str], facts: Dataset | None) -> list[dict[str, Any]]:
    stated = {leg.id: leg for _, leg in facts.legs()} if facts else {}
    at = {party: number for number, party in enumerate(parties)}
    return [
        content.leg_row(track, at.__getitem__, stated.get(track.id.removesuffix(IN_KIND_SUFFIX))) for track in tracks
    ]


def _deals(tracks: Sequence[Track], facts: Dataset | None) -> dict[str, Any]:
    if facts is None:
        return {}
    used = {track.deal for track in tracks}
    return {
        key: content.slim(title=content.text(deal.title), note=content.text(deal.note), tags=list(deal.tags))
        for key, deal in facts.deals.items()
        if key in used
    }


def _filled(data: dict[str, Any]) -> str:
    """Put style, data and script into the template in one pass, so that nothing put in is read again."""
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    script = "".join((_HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    parts = {
        "policy": escape(_policy(style, script)),
        "title": escape(data["about"].get("title") or data["about"]["name"]),
        "style": style,
        "data": inert(data),
        "script": script,
    }
    template = (_HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], template)


def _policy(style: str, script: str) -> str:
    """Nothing may load or run but what is in this file."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{digest(script)}'; style-src 'sha256-{digest(style)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def inert(value: Any) -> str:
    """JSON that no HTML parser can mistake for anything else."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
