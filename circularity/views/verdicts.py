"""Claims with verdicts as JSON and as a table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from circularity.model.claims import VERDICT_WORDS, VERDICTS, Claim
from circularity.model.evidence import Source
from circularity.views.tables import Table
from circularity.words import plural


def claim_json(claim: Claim, sources: dict[str, Source]) -> dict[str, Any]:
    return {
        "id": claim.id,
        "line": claim.line,
        "claim": claim.claim,
        "claimed": claim.claimed,
        "found": claim.found,
        "verdict": claim.verdict,
        "why": claim.why,
        "legs": list(claim.legs),
        "accounts": list(claim.accounts),
        "measure": claim.measure,
        "evidence": [
            {"publisher": source.publisher, "url": source.url, "published": source.published, "states": said.states}
            for said in claim.evidence
            if (source := sources.get(said.source))
        ],
    }


def claim_table(title: str, claims: tuple[Claim, ...], sources: dict[str, Source]) -> Table:
    rows = [
        (
            str(claim.line), VERDICT_WORDS[claim.verdict], claim.claim, claim.claimed or "–", claim.found or "–", claim.why,
            " ".join(claim.legs) or claim.measure or " ".join(claim.accounts) or "–",
            " ".join(sources[said.source].url for said in claim.evidence if said.source in sources),
        )
        for claim in sorted(claims, key=lambda claim: (claim.line, claim.id))
    ]  # fmt: skip
    counts: Counter[str] = Counter(claim.verdict for claim in claims)
    summary = ", ".join(f"{counts[verdict]} {VERDICT_WORDS[verdict]}" for verdict in VERDICTS if counts[verdict])
    heads = (">line", "verdict", "claim", "claimed", "found", "why", "see", "evidence")
    return Table(heads, rows, f"{title}: {plural(len(claims), 'claim')}: {summary}")
