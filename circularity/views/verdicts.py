"""Claims with verdicts as JSON and as a table."""

from __future__ import annotations

from collections import Counter
from typing import Any

from circularity.model.amounts import Amount
from circularity.model.claims import VERDICT_WORDS, VERDICTS, Claim, Estimate
from circularity.model.evidence import Source
from circularity.views.facts import bounds_text
from circularity.views.jsonform import amount, number
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


def estimate_json(estimate: Estimate, sources: dict[str, Source]) -> dict[str, Any]:
    value = estimate.value or Amount()
    return {
        "id": estimate.id,
        "who": estimate.who,
        "published": estimate.published,
        "says": estimate.says,
        "value": {"low": amount(value.low), "point": amount(value.point), "high": amount(value.high)},
        "share": None if estimate.percent is None else number(float(estimate.percent) / 100),
        "numerator": estimate.numerator,
        "denominator": estimate.denominator,
        "scope": estimate.scope,
        "ours": estimate.ours,
        "evidence": [
            {"publisher": source.publisher, "url": source.url, "published": source.published, "states": said.states}
            for said in estimate.evidence
            if (source := sources.get(said.source))
        ],
    }


def estimate_table(estimates: tuple[Estimate, ...]) -> Table:
    rows = [
        (
            estimate.published, estimate.who, estimate.says,
            bounds_text(estimate.value, "USD") if estimate.value else "–",
            "–" if estimate.percent is None else f"{estimate.percent:f} %",
            estimate.numerator or "–", estimate.denominator or "–", estimate.scope or "–", estimate.ours or "–",
        )
        for estimate in sorted(estimates, key=lambda estimate: (estimate.published, estimate.id))
    ]  # fmt: skip
    heads = ("date", "who", "says", ">value", ">share", "of what", "over what", "scope", "ours on these terms")
    notes = ("Figures with different numerators or denominators answer different questions: several can be right.",)
    return Table(heads, rows, plural(len(rows), "published estimate"), notes)
