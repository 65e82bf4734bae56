// question: Who pays if somebody else does not, and what has that party promised to pay?
// twin: circularity.analysis.positions.guarantees
// A guarantee is a promise, never a flow; what it covers here is every commercial leg that the supported party pays.
MATCH (guarantor:Party)-[promise:GUARANTEES]->(supported:Party)
OPTIONAL MATCH (supported)-[leg:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(:Party)
WITH promise, guarantor, supported, leg ORDER BY leg.id
WITH promise.id AS leg, guarantor.id AS guarantor, supported.id AS supported, promise.amount AS amount,
  promise.status AS status, collect(leg.id) AS covers, count(leg.amount) AS priced, sum(leg.amount) AS total
RETURN leg, guarantor, supported, amount, status, covers, CASE WHEN priced = 0 THEN null ELSE total END AS covered
ORDER BY amount IS NULL, amount DESC, leg;
