// question: Which shareholders are paid for goods or services by the company they hold?
// twin: circularity.analysis.cycles.find_cycles
// Only the payment is a flow, so it alone is the amount.
MATCH (holder:Party)-[stake:HOLDS_STAKE_IN]->(company:Party)-[pays:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(holder)
RETURN holder.id AS holder, company.id AS company, stake.id AS stake, pays.id AS leg, pays.kind AS kind, pays.amount AS amount
ORDER BY amount IS NULL, amount DESC, holder, company, stake, leg;
