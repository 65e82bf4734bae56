// question: Which flows have no amount? (Undisclosed is unknown, never zero.)
// twin: circularity.analysis.evidence.unpriced_legs
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(payee:Party)
WHERE leg.amount IS NULL
RETURN leg.id AS leg, payer.id AS payer, payee.id AS payee, leg.kind AS kind, leg.status AS status,
  leg.amount_low AS low, leg.amount_high AS high
ORDER BY leg;
