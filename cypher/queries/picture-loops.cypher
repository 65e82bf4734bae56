// question: What do the loops through this party look like?
// parameters: party = "nvidia" (the party that the loops run through)
// parameters: at_least = 1000000000.0 (the smallest leg of a loop that is drawn, in whole units)
// picture: paths, for Neo4j Browser to draw
MATCH picture = (start:Party {id: $party})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*2..4]->(start)
WHERE all(leg IN trail WHERE leg.amount >= $at_least)
RETURN picture
ORDER BY length(picture), [leg IN trail | leg.id]
LIMIT 200;
