// question: What do the sources of this deal state?
// parameters: deal = "nvidia-coreweave-2023" (id of the deal)
// twin: circularity.analysis.evidence.evidence_of
MATCH (:Deal {id: $deal})-[stated:STATED_IN]->(source:Source)
RETURN DISTINCT stated.states AS states, stated.status AS status, stated.date AS date,
  source.publisher AS publisher, source.url AS url,
  CASE WHEN stated.retold = true AND source.tier <> 'claim' THEN 'relayed' ELSE source.tier END AS tier
ORDER BY date IS NULL, date, url, states, status;
