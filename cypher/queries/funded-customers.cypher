// question: Which customers of this vendor does it fund itself, and how much can come straight back?
// parameters: party = "nvidia" (the vendor)
// twin: circularity.analysis.positions.funded_customers
// What comes back by way of others is the business of the round trip (circularity roundtrip).
MATCH (vendor:Party {id: $party})-[funding:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN]->(customer:Party)
WITH vendor, customer, funding ORDER BY funding.id
WITH vendor, customer, collect(funding.id) AS funding_legs, count(funding.amount) AS funding_priced, sum(funding.amount) AS put_in
MATCH (customer)-[buying:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(vendor)
WITH customer, funding_legs, funding_priced, put_in, buying ORDER BY buying.id
WITH customer.id AS customer, funding_legs, funding_priced, put_in,
  collect(buying.id) AS buying_legs, count(buying.amount) AS buying_priced, sum(buying.amount) AS paid
WITH customer, funding_legs, buying_legs,
  CASE WHEN funding_priced = 0 THEN null ELSE put_in END AS funded,
  CASE WHEN buying_priced = 0 THEN null ELSE paid END AS bought
WITH customer, funded, bought, funding_legs, buying_legs,
  CASE WHEN funded IS NULL OR bought IS NULL THEN null WHEN funded < bought THEN funded ELSE bought END AS returns
RETURN customer, funded, bought, returns, funding_legs, buying_legs
ORDER BY returns IS NULL, returns DESC, customer;
