"""Claims with verdicts, and published estimates beside our figures, as JSON and as tables."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from circularity.analysis.comparison import Comparison, Gap, OurFigure, Quantity
from circularity.model.amounts import Amount
from circularity.model.claims import VERDICT_WORDS, VERDICTS, Claim, Estimate
from circularity.model.evidence import Source
from circularity.views.facts import bounds_text
from circularity.views.jsonform import amount, number
from circularity.views.tables import Table, one_line
from circularity.words import percent, plural


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


def comparison_json(found: Comparison, sources: dict[str, Source]) -> dict[str, Any]:
    estimate = found.estimate
    return {
        "id": estimate.id,
        "who": estimate.who,
        "published": estimate.published,
        "says": estimate.says,
        "value": _bounds(estimate.value or Amount()),
        "share": None if estimate.percent is None else number(float(estimate.percent) / 100),
        "count": estimate.count,
        "numerator": estimate.numerator,
        "denominator": estimate.denominator,
        "scope": estimate.scope,
        "ours": _figure_json(found.then),
        "today": _figure_json(found.today),
        "value_gap": _gap_json(found.value_gap, found.then.value.unit if found.then else "money"),
        "share_gap": _gap_json(found.share_gap, "share"),
        "why": estimate.why,
        "ours_missing": estimate.ours_missing,
        "evidence": [
            {"publisher": source.publisher, "url": source.url, "published": source.published, "states": said.states}
            for said in estimate.evidence
            if (source := sources.get(said.source))
        ],
    }


def _bounds(bounds: Amount) -> dict[str, str | None]:
    return {"low": amount(bounds.low), "point": amount(bounds.point), "high": amount(bounds.high)}


def _figure_json(figure: OurFigure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "as_of": figure.as_of,
        "terms": figure.terms,
        "value": _quantity_json(figure.value),
        "over": None if figure.over is None else _quantity_json(figure.over),
        "share": None if figure.share is None else _quantity_json(figure.share),
    }


def _quantity_json(quantity: Quantity) -> dict[str, Any]:
    """Money as decimal strings, shares as numbers, counts as integers."""
    shown: dict[str, Any] = {}
    for bound, value in zip(("low", "point", "high"), quantity.bounds, strict=True):
        plain = {"money": amount, "share": _share, "count": _count}[quantity.unit]
        shown[bound] = None if value is None else plain(value)
    return {"unit": quantity.unit, **shown, "legs": list(quantity.legs), "missing": list(quantity.missing)}


def _share(value: Decimal) -> float | int | None:
    return number(float(value))


def _count(value: Decimal) -> int:
    return int(value)


def _gap_json(gap: Gap | None, unit: str) -> dict[str, Any] | None:
    if gap is None:
        return None
    plain = {"money": amount, "share": _share, "count": _count}[unit]
    return {"difference": None if gap.difference is None else plain(gap.difference), "ratio": number(gap.ratio)}


def quantity_text(quantity: Quantity, currency: str) -> str:
    """A figure as far as it is known: `$30bn`, `at least $12bn`, `65.9 %`, `unknown`."""
    if not quantity.known:
        return "unknown"
    if quantity.unit == "money":
        return bounds_text(quantity.bounds, currency)
    low, point, high = (_plain(value, quantity.unit) for value in quantity.bounds)
    if quantity.point is not None and quantity.low == quantity.high:
        return point
    if quantity.low is not None and quantity.high is not None:
        return f"{low} to {high}" + (f" (likely {point})" if quantity.point is not None else "")
    if quantity.point is not None:
        return point
    return f"at least {low}" if quantity.low is not None else f"at most {high}"


def _plain(value: Decimal | None, unit: str) -> str:
    if value is None:
        return "?"
    return percent(float(value)) if unit == "share" else f"{value:,f}"


def published_text(estimate: Estimate, currency: str) -> str:
    """What was published: a sum, a share, a count, or no figure."""
    parts = [] if estimate.value is None else [bounds_text(estimate.value, currency)]
    parts += [] if estimate.percent is None else [f"{estimate.percent:f} %"]
    parts += [] if estimate.count is None else [f"{estimate.count:,}"]
    return "; ".join(parts) or "no figure"


def figure_text(figure: OurFigure | None, currency: str) -> str:
    """Our figure, its share, and what it is a share of."""
    if figure is None:
        return "–"
    text = quantity_text(figure.value, currency)
    if figure.over is None or figure.share is None or not figure.value.known:
        return text
    over = quantity_text(figure.over, currency)
    return f"{text}; {quantity_text(figure.share, currency)} of {over}" if figure.share.known else f"{text} of {over}"


def ratio_text(found: Comparison) -> str:
    """Ours as a multiple of what was published: of the sum, of the share."""
    gaps = [gap for gap in (found.value_gap, found.share_gap) if gap is not None]
    if found.then is None or not gaps:
        return "–"
    return "; ".join(_times(gap) for gap in gaps)


def _times(gap: Gap) -> str:
    if gap.ratio is not None:
        return f"{gap.ratio:.2f} ×"
    bounds = [f"{word} {value:.2f} ×" for word, value in (("at least", gap.least), ("at most", gap.most)) if value]
    return ", ".join(bounds) or "not identified"


def _reason(estimate: Estimate) -> str:
    return estimate.why or (f"no figure of ours: {estimate.ours_missing}" if estimate.ours_missing else "–")


def _missing(found: Comparison) -> str:
    """What is not disclosed and would be needed, a few by name."""
    figure = found.then
    if figure is None:
        return ""
    names = list(dict.fromkeys((*figure.value.missing, *(figure.over.missing if figure.over else ()))))
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


_NOTE = "Figures with different numerators or denominators answer different questions: several can be right."


def comparison_table(found: list[Comparison], currency: str) -> Table:
    rows = [
        (
            each.estimate.published, each.estimate.who, each.estimate.says, published_text(each.estimate, currency),
            figure_text(each.then, currency), ratio_text(each), figure_text(each.today, currency),
            each.estimate.numerator or "–", each.estimate.denominator or "–", each.estimate.scope or "–",
            each.then.terms if each.then else "–", _missing(each) or "–", _reason(each.estimate),
        )
        for each in found
    ]  # fmt: skip
    heads = (
        "date", "who", "says", ">published", ">ours", ">ours / published", ">ours today", "of what", "over what", "scope",
        "our terms", "not disclosed", "why they differ",
    )  # fmt: skip
    return Table(heads, rows, _title(found), (_NOTE,))


def comparison_text(found: list[Comparison], currency: str) -> str:
    """One block an estimate, since its terms are sentences."""
    lines = [_title(found), ""]
    for each in found:
        estimate = each.estimate
        lines.append(f"{estimate.published}  {estimate.who}: {estimate.says} [{estimate.id}]")
        over = f" over {estimate.denominator}" if estimate.denominator else ""
        what = ": ".join(text for text in (estimate.scope, f"{estimate.numerator or ''}{over}") if text)
        rows = [("published", published_text(estimate, currency)), ("of", what)]
        if each.then is not None:
            ratio = ratio_text(each)
            rows.append(("ours", figure_text(each.then, currency) + (f"  ({ratio})" if ratio != "–" else "")))
            rows += [("today", figure_text(each.today, currency))] if each.today else []
            rows += [("terms", each.then.terms)]
            rows += [("undisclosed", _missing(each))] if _missing(each) else []
        rows += [("why", _reason(estimate))] if _reason(estimate) != "–" else []
        lines += [f"    {name:<11}  {text}" for name, text in rows if text] + [""]
    return "\n".join(one_line(line) for line in (*lines, _NOTE)) + "\n"


def _title(found: list[Comparison]) -> str:
    ours = sum(each.then is not None for each in found)
    known = sum(each.then is not None and each.then.value.known for each in found)
    return (
        f"{plural(len(found), 'published estimate')}: {ours} with our figure on the same terms, {known} of them known"
    )
