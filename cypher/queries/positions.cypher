// question: What did each party pay and receive in cash, and what is left?
// parameters: top = 1000 (rows)
// twin: circularity.analysis.positions.positions
// Legs without an amount are counted and in no sum. Goods given for shares move no cash.
MATCH (party:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]-(:Party)
WHERE leg.cash
WITH party.id AS party,
  sum(CASE WHEN startNode(leg).id = party.id THEN coalesce(leg.amount, 0.0) ELSE 0.0 END) AS paid,
  sum(CASE WHEN startNode(leg).id = party.id THEN 0.0 ELSE coalesce(leg.amount, 0.0) END) AS received,
  count(leg) - count(leg.amount) AS unpriced
RETURN party, paid, received, received - paid AS net, unpriced
ORDER BY paid + received DESC, party
LIMIT $top;
