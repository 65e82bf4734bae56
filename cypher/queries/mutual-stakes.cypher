// question: Which parties hold shares of each other?
// twin: circularity.analysis.cycles.find_cycles
// A stake is a holding, never a flow: its amount sets no bottleneck.
MATCH (a:Party)-[there:HOLDS_STAKE_IN]->(b:Party)-[back:HOLDS_STAKE_IN]->(a)
WHERE a.id < b.id
RETURN [a.id, b.id] AS parties, [there.id, back.id] AS legs
ORDER BY parties, legs;
