// question: Who funds whom, and by how much?
// parameters: top = 1000 (rows)
// twin: circularity.analysis.positions.funding
// Legs without an amount are counted and in no sum; where no leg has one, the amount is unknown.
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN]->(payee:Party)
WITH payer, payee, leg ORDER BY leg.id
WITH payer.id AS payer, payee.id AS payee, collect(leg.id) AS legs, count(leg.amount) AS priced, sum(leg.amount) AS total
WITH payer, payee, CASE WHEN priced = 0 THEN null ELSE total END AS amount, legs, size(legs) - priced AS unpriced
RETURN payer, payee, amount, legs, unpriced
ORDER BY amount IS NULL, amount DESC, payer, payee
LIMIT $top;
