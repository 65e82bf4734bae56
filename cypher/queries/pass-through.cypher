// question: Whose investment comes back by way of two others: financing, then a purchase, then a purchase from the financier?
// twin: circularity.analysis.cycles.find_cycles
// Listed from the financier: parties[0] funds parties[1], which buys from parties[2], which buys from parties[0].
MATCH (a:Party)-[one:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN]->(b:Party)
MATCH (b)-[two:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(c:Party)
MATCH (c)-[three:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(a)
WHERE c.id <> a.id AND c.id <> b.id
WITH [a.id, b.id, c.id] AS parties, [one.id, two.id, three.id] AS legs, [one, two, three] AS loop
WITH parties, legs, [leg IN loop | leg.kind] AS kinds,
  reduce(least = head(loop).amount, leg IN tail(loop) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, parties, legs;
