"""The kinds table: every property of a leg that follows from its kind.

Code, checks, colours, docs, the command line and the Neo4j model read this table; nothing
branches on a kind's name. To add a kind, add a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["financing", "commercial", "credit_support", "holding", "other"]
Measure = Literal["flow", "stock"]
Role = Literal["funding", "revenue", "rent_back"]

FAMILIES: tuple[Family, ...] = ("financing", "commercial", "credit_support", "holding", "other")

# One hue a family, told apart by lightness inside it; legible on white and for the colour-blind.
_TEAL, _ORANGE, _PURPLE, _GREY, _SLATE = "#0f766e", "#c2410c", "#7e22ce", "#6b7280", "#475569"


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: who pays, what comes back, and how the measures treat it.

    `role` says whether a leg of this kind is funding for its payer or revenue for its payee
    (MEASURES §3); None means it is neither. `imputed` marks a kind that stands for a pair of
    legs (an investment and a purchase) which move goods, not cash.
    """

    id: str
    family: Family
    payer: str
    payee: str
    returns: str
    measure: Measure
    cash: bool
    role: Role | None
    colour: str
    neo4j: str
    verb: str
    noun: str
    imputed: bool = False


_ROWS = (
    Kind("equity_cash", "financing", "investor", "investee", "shares", "flow", True, "funding", _TEAL, "INVESTS_IN", "invests in", "cash for shares"),
    Kind("convertible", "financing", "investor", "investee", "a convertible note", "flow", True, "funding", "#0d9488", "LENDS_CONVERTIBLE_TO", "buys convertible notes of", "convertible note"),
    Kind("loan", "financing", "lender", "borrower", "a debt claim", "flow", True, "funding", "#0e7490", "LENDS_TO", "lends to", "loan or bond"),
    Kind("prepayment", "financing", "customer", "supplier", "goods later", "flow", True, "funding", "#0891b2", "PREPAYS", "prepays", "prepayment"),
    Kind("jv_contribution", "financing", "partner", "venture", "a share in the venture", "flow", True, "funding", "#115e59", "CONTRIBUTES_TO", "contributes to", "capital of a joint venture"),
    Kind("in_kind", "financing", "investor", "investee", "shares, paid for in goods", "flow", False, "funding", "#65a30d", "INVESTS_IN_KIND_IN", "invests goods in", "investment paid in goods", imputed=True),
    Kind("warrant", "financing", "supplier", "customer", "purchases", "stock", False, None, "#a16207", "GRANTS_WARRANT_TO", "grants a warrant to", "warrant to a customer"),
    Kind("purchase", "commercial", "customer", "supplier", "chips or goods", "flow", True, "revenue", _ORANGE, "BUYS_FROM", "buys from", "purchase of chips or goods"),
    Kind("cloud_purchase", "commercial", "customer", "cloud", "computing", "flow", True, "revenue", "#ea580c", "BUYS_COMPUTE_FROM", "buys computing from", "purchase of computing"),
    Kind("lease_payment", "commercial", "tenant", "landlord", "use of a site or of systems", "flow", True, "revenue", "#b45309", "LEASES_FROM", "leases from", "lease payment"),
    Kind("licence", "commercial", "licensee", "licensor", "rights", "flow", True, "revenue", "#d97706", "LICENSES_FROM", "licenses from", "licence fee"),
    Kind("service", "commercial", "customer", "provider", "services", "flow", True, "revenue", "#be123c", "BUYS_SERVICE_FROM", "buys services from", "purchase of services"),
    Kind("revenue_share", "commercial", "seller", "partner", "a past contribution", "flow", True, "revenue", "#9f1239", "SHARES_REVENUE_WITH", "shares revenue with", "revenue share"),
    Kind("rent_back", "commercial", "vendor", "its customer", "use of what it sold", "flow", True, "rent_back", "#db2777", "RENTS_BACK_FROM", "rents back from", "rent-back of sold capacity"),
    Kind("guarantee", "credit_support", "guarantor", "party supported", "better terms", "stock", False, None, _PURPLE, "GUARANTEES", "guarantees", "guarantee or backstop"),
    Kind("stake", "holding", "holder", "issuer", "ownership", "stock", False, None, _GREY, "HOLDS_STAKE_IN", "holds a stake in", "shareholding"),
    Kind("repayment", "other", "borrower", "lender", "the debt claim", "flow", True, None, _SLATE, "REPAYS", "repays", "repayment"),
    Kind("interest", "other", "borrower", "lender", "use of the money", "flow", True, None, "#64748b", "PAYS_INTEREST_TO", "pays interest to", "interest"),
    Kind("dividend", "other", "company", "shareholder", "nothing", "flow", True, None, "#334155", "PAYS_DIVIDEND_TO", "pays a dividend to", "dividend"),
    Kind("exercise", "other", "holder", "issuer", "shares at the strike price", "flow", True, None, "#1d4ed8", "EXERCISES_WARRANT_OF", "exercises a warrant of", "exercise of a warrant"),
    Kind("secondary_sale", "other", "buyer", "seller", "shares already issued", "flow", True, None, "#4338ca", "BUYS_SHARES_FROM", "buys shares from", "purchase of existing shares"),
    Kind("acquisition", "other", "acquirer", "owners", "the company", "flow", True, None, "#1e40af", "ACQUIRES", "acquires", "acquisition"),
    Kind("payment", "other", "payer", "payee", "unknown", "flow", True, None, "#57534e", "PAYS", "pays", "payment of unknown purpose"),
    Kind("external", "other", "payer", "payee", "unknown", "flow", True, None, "#a8a29e", "MOVES_OUTSIDE", "moves money outside to", "money from or to outside"),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.id: kind for kind in _ROWS}

IN_KIND_RETURN = "purchase"
"""The kind of the second leg that an in-kind investment is imputed to."""

IN_KIND_SUFFIX = "/purchase"
"""How that leg's id ends."""

FUNDING = frozenset(kind.id for kind in _ROWS if kind.role == "funding")
REVENUE = frozenset(kind.id for kind in _ROWS if kind.role in ("revenue", "rent_back"))
RENT_BACK = frozenset(kind.id for kind in _ROWS if kind.role == "rent_back")
FLOWS = frozenset(kind.id for kind in _ROWS if kind.measure == "flow") - {"external"}
"""Kinds whose legs move money between parties; `external` is a row of the balances, never a leg."""


def kinds_of(family: str) -> frozenset[str]:
    """Kinds of one family."""
    return frozenset(kind.id for kind in _ROWS if kind.family == family)
