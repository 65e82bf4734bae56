// question: Which loops does the money run in through this party, and how much can each carry around?
// parameters: party = "nvidia" (the party that the loops run through)
// parameters: max_length = 4 (the most legs in a loop, up to 6)
// twin: circularity.analysis.cycles.find_cycles
// A loop visits nobody twice and is listed once, from its smallest party id; hop i is paid by parties[i].
MATCH (start:Party {id: $party})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*2..6]->(start)
WHERE size(trail) <= $max_length
WITH trail, [leg IN trail | startNode(leg).id] AS walk
UNWIND walk AS id
WITH trail, walk, count(DISTINCT id) AS visited
WHERE visited = size(walk)
WITH trail, walk, reduce(at = 0, i IN range(1, size(walk) - 1) | CASE WHEN walk[i] < walk[at] THEN i ELSE at END) AS first
WITH trail[first..] + trail[..first] AS loop, walk[first..] + walk[..first] AS parties
WITH parties, [leg IN loop | leg.id] AS legs, [leg IN loop | leg.kind] AS kinds,
  reduce(least = head(loop).amount, leg IN tail(loop) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, size(parties), parties, legs;
