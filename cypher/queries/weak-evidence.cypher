// question: Which flows rest on weak evidence alone, and on which documents?
// parameters: tiers = ["relayed", "claim"] (the strongest source is one of these)
// twin: circularity.analysis.evidence.weak_legs
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(payee:Party)
WHERE leg.tier IN $tiers
OPTIONAL MATCH (:Deal {id: leg.deal_id})-[stated:STATED_IN]->(source:Source)
WHERE leg.id IN stated.leg_ids
WITH leg, payer, payee, source ORDER BY source.url
WITH leg.id AS leg, payer.id AS payer, payee.id AS payee, leg.kind AS kind, leg.amount AS amount, leg.tier AS tier,
  collect(DISTINCT source.url) AS sources
RETURN leg, payer, payee, kind, amount, tier, sources
ORDER BY amount IS NULL, amount DESC, leg;
