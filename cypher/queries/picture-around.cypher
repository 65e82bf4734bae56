// question: What does the money around this party look like?
// parameters: party = "nvidia" (the party in the middle)
// picture: paths, for Neo4j Browser to draw
MATCH picture = (:Party {id: $party})-[leg]-(:Party)
RETURN picture
ORDER BY leg.id;
