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
        """List published estimates with their terms, and the command that gives our figure on them."""
        from circularity.views import verdicts

        data = _facts(call, "ai")
        items = [verdicts.estimate_json(estimate, data.sources) for estimate in data.estimates]
        return Answer({"estimates": items}, [verdicts.estimate_table(data.estimates)], items=items)


def _facts(call: Call, usual: str) -> Dataset:
    """The dataset that was named, or the bundled one that holds such facts."""
    if call.graph_name == "ai":
        call.graph_name = usual
    data: Dataset | None = call.graph.dataset
    if data is None:
        raise UsageError(f"{call.graph_name} is a ledger: it holds payments, not statements")
    call.view  # noqa: B018 - opens the view, so that the answer names its graph and lens
    return data
