// question: On how few customers does this party's revenue depend?
// parameters: party = "coreweave" (the seller)
// twin: circularity.analysis.concentration.concentration
// Shares of priced revenue; hhi is the sum of their squares, from 0 (many small) to 1 (one alone).
MATCH (customer:Party)-[leg:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(:Party {id: $party})
WITH customer.id AS customer, sum(leg.amount) AS amount
WHERE amount > 0
WITH customer, amount ORDER BY customer
WITH collect({customer: customer, amount: amount}) AS customers, sum(amount) AS total
WITH customers, total, reduce(sum = 0.0, c IN customers | sum + (c.amount / total) * (c.amount / total)) AS hhi
UNWIND customers AS c
RETURN c.customer AS customer, c.amount AS amount, c.amount / total AS share, hhi
ORDER BY share DESC, customer;
