// question: By which routes can money get from one party to another?
// parameters: from = "microsoft" (who pays first)
// parameters: to = "nvidia" (who is paid last)
// parameters: max_length = 3 (the most legs in a route, up to 4)
// twin: circularity.analysis.listing.find_paths
// A route visits nobody twice. An unpriced leg leaves no bottleneck.
MATCH (first:Party {id: $from})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*1..4]->(last:Party {id: $to})
WHERE size(trail) <= $max_length AND first.id <> last.id
WITH trail, [leg IN trail | startNode(leg).id] + [last.id] AS parties
UNWIND parties AS id
WITH trail, parties, count(DISTINCT id) AS visited
WHERE visited = size(parties)
WITH parties, [leg IN trail | leg.id] AS legs, [leg IN trail | leg.kind] AS kinds,
  reduce(least = head(trail).amount, leg IN tail(trail) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, size(parties), parties, legs;
