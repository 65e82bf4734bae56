// How `circularity neo4j load` fills a database: it sends these statements, in this order, each with
// $rows in batches of 1,000 and $mark, the name of what is loaded. LEG_TYPE and PARTY_KIND stand for a
// type of the kinds table and a label of the table of party kinds (docs/kinds.md); nothing else is put
// into a text. All of it is one transaction up to 50,000 rows; beyond that the graph says
// `complete: false` until the last one. Nothing is merged onto a node that this tool did not make.

// statement: graph
MERGE (g:Graph {name: $graph.name})
SET g = $graph, g.circularity = $mark, g.complete = false;

// statement: parties
UNWIND $rows AS row
MERGE (p:Party {id: row.id})
REMOVE p:OTHER_KINDS
SET p:PARTY_KIND, p = row.properties, p.circularity = $mark;

// statement: deals
UNWIND $rows AS row
MERGE (d:Deal {id: row.id})
SET d = row.properties, d.circularity = $mark;

// statement: sources
UNWIND $rows AS row
MERGE (s:Source {id: row.id})
SET s = row.properties, s.circularity = $mark;

// statement: legs
UNWIND $rows AS row
MATCH (payer:Party {id: row.start})
MATCH (payee:Party {id: row.end})
MERGE (payer)-[leg:LEG_TYPE {id: row.id, circularity: $mark}]->(payee)
SET leg = row.properties, leg.circularity = $mark;

// statement: statements
UNWIND $rows AS row
MATCH (deal:Deal {id: row.start})
MATCH (source:Source {id: row.end})
MERGE (deal)-[stated:STATED_IN {id: row.id, circularity: $mark}]->(source)
SET stated = row.properties, stated.circularity = $mark;

// statement: done
MATCH (g:Graph {name: $graph.name})
SET g.complete = true;

// With --replace: what an earlier load made goes, and nothing else. Its relationships go first.

// statement: drop-relationships
MATCH ()-[r]->()
WHERE r.circularity <> $mark
DELETE r;

// Then, after the new graph is in, the nodes that it did not take over, unless something hangs on one
// that this tool did not make: such a node keeps its id and name and is no longer part of any graph.

// statement: drop-nodes
MATCH (n)
WHERE n.circularity <> $mark AND NOT (n)--()
DELETE n;

// statement: release-nodes
MATCH (n)
WHERE n.circularity <> $mark
REMOVE n:Party:Deal:Source:Graph:OTHER_KINDS
SET n = {id: n.id, name: n.name};
