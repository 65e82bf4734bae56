"""`claims` and `compare`: what others say, beside what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from circularity.cli.answer import Answer
from circularity.cli.options import Call, reading_verb
from circularity.errors import UsageError

if TYPE_CHECKING:
    from circularity.model.dataset import Dataset


def register(app: typer.Typer) -> None:
    @reading_verb(app, "claims", "circularity claims --verdict wrong")
    def claims(
        call: Call,
        verdict: Annotated[str | None, typer.Option(help="Only claims with this verdict.", metavar="V")] = None,
    ) -> Answer:
        """Check an article: each claim with the figure claimed, the figure found and a verdict."""
        from circularity.model.claims import VERDICTS
        from circularity.views import verdicts
        from circularity.words import near

        if verdict is not None and verdict not in VERDICTS:
            raise UsageError(f"--verdict '{verdict[:60]}' is not one of {', '.join(VERDICTS)}{near(verdict, VERDICTS)}")
        data = _facts(call, "article")
        chosen = tuple(claim for claim in data.claims if verdict in (None, claim.verdict))
        items = [verdicts.claim_json(claim, data.sources) for claim in chosen]
        table = verdicts.claim_table(data.description.title, chosen, data.sources)
        return Answer({"claims": items}, [table], items=items)

    @reading_verb(app, "compare", "circularity compare")
    def compare(call: Call) -> Answer:
        """Put our figure beside each published estimate, on the same terms.

        Ours is what was known on the estimate's own day; today's, that of the lens's day. An estimate that
        names no status is counted at the lens's floor; its other terms are its own.
        """
        from circularity.analysis.comparison import compare_estimates
        from circularity.views import verdicts

        data = _facts(call, "ai")
        found = compare_estimates(data, call.view.lens)
        items = [verdicts.comparison_json(each, data.sources) for each in found]
        currency = data.description.currency
        table = verdicts.comparison_table(found, currency)
        return Answer({"estimates": items}, [table], items=items, text=verdicts.comparison_text(found, currency))


def _facts(call: Call, usual: str) -> Dataset:
    """The dataset that was named, or the bundled one that holds such facts."""
    if call.graph_name == "ai":
        call.graph_name = usual
    data: Dataset | None = call.graph.dataset
    if data is None:
        raise UsageError(f"{call.graph_name} is a ledger: it holds payments, not statements")
    call.view  # noqa: B018 - opens the view, so that the answer names its graph and lens
    return data
