// question: Which two parties pay each other, and how much can go around? (A vendor that finances its customer is one.)
// twin: circularity.analysis.cycles.find_cycles
// One row for each pair of legs; parallel legs make different loops. An unpriced leg leaves no bottleneck.
MATCH (a:Party)-[there:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(b:Party)-[back:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(a)
WHERE a.id < b.id
WITH [a.id, b.id] AS parties, [there.id, back.id] AS legs, [there.kind, back.kind] AS kinds,
  CASE WHEN there.amount IS NULL OR back.amount IS NULL THEN null
       WHEN back.amount < there.amount THEN back.amount
       ELSE there.amount END AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, parties, legs;
