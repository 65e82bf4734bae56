// question: How much is paid, how much binding, how much only announced?
// twin: circularity.analysis.listing.list_deals
// Each leg counts once, by the status that counts under the lens it was loaded with; they are never added together.
MATCH (:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(:Party)
WITH leg.status AS status, count(DISTINCT leg.deal_id) AS deals, count(leg) AS legs, count(leg.amount) AS priced, sum(leg.amount) AS total
RETURN status, deals, legs, legs - priced AS unpriced, CASE WHEN priced = 0 THEN null ELSE total END AS amount
ORDER BY CASE status WHEN 'paid' THEN 1 WHEN 'partly_paid' THEN 2 WHEN 'committed' THEN 3 WHEN 'announced' THEN 4 ELSE 5 END;
