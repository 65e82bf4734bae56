// On how few customers does this party's revenue depend?
:param party => "coreweave";
MATCH (customer:Party)-[leg:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(:Party {id: $party})
WITH customer.id AS customer, sum(leg.amount) AS amount
WHERE amount > 0
WITH customer, amount ORDER BY customer
WITH collect({customer: customer, amount: amount}) AS customers, sum(amount) AS total
WITH customers, total, reduce(sum = 0.0, c IN customers | sum + (c.amount / total) * (c.amount / total)) AS hhi
UNWIND customers AS c
RETURN c.customer AS customer, c.amount AS amount, c.amount / total AS share, hhi
ORDER BY share DESC, customer;

// How much is paid, how much binding, how much only announced?
MATCH (:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(:Party)
WITH leg.status AS status, count(DISTINCT leg.deal_id) AS deals, count(leg) AS legs, count(leg.amount) AS priced, sum(leg.amount) AS total
RETURN status, deals, legs, legs - priced AS unpriced, CASE WHEN priced = 0 THEN null ELSE total END AS amount
ORDER BY CASE status WHEN 'paid' THEN 1 WHEN 'partly_paid' THEN 2 WHEN 'committed' THEN 3 WHEN 'announced' THEN 4 ELSE 5 END;

// What do the sources of this deal state?
:param deal => "nvidia-coreweave-2023";
MATCH (:Deal {id: $deal})-[stated:STATED_IN]->(source:Source)
RETURN DISTINCT stated.states AS states, stated.status AS status, stated.date AS date,
  source.publisher AS publisher, source.url AS url,
  CASE WHEN stated.retold = true AND source.tier <> 'claim' THEN 'relayed' ELSE source.tier END AS tier
ORDER BY date IS NULL, date, url, states, status;

// Which customers of this vendor does it fund itself, and how much can come straight back?
:param party => "nvidia";
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

// Who pays if somebody else does not, and what has that party promised to pay?
MATCH (guarantor:Party)-[promise:GUARANTEES]->(supported:Party)
OPTIONAL MATCH (supported)-[leg:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(:Party)
WITH promise, guarantor, supported, leg ORDER BY leg.id
WITH promise.id AS leg, guarantor.id AS guarantor, supported.id AS supported, promise.amount AS amount,
  promise.status AS status, collect(leg.id) AS covers, count(leg.amount) AS priced, sum(leg.amount) AS total
RETURN leg, guarantor, supported, amount, status, covers, CASE WHEN priced = 0 THEN null ELSE total END AS covered
ORDER BY amount IS NULL, amount DESC, leg;

// Which loops does the money run in through this party, and how much can each carry around?
:param party => "nvidia";
:param max_length => 4;
MATCH (start:Party {id: $party})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*2..6]->(start)
WHERE size(trail) <= $max_length
WITH trail, [leg IN trail | startNode(leg).id] AS walk
UNWIND walk AS id
WITH trail, walk, count(DISTINCT id) AS visited
WHERE visited = size(walk)
WITH trail, walk, reduce(at = 0, i IN range(1, size(walk) - 1) | CASE WHEN walk[i] < walk[at] THEN i ELSE at END) AS first
WITH trail[first..] + trail[..first] AS loop, walk[first..] + walk[..first] AS parties
WITH parties, [leg IN loop | leg.id] AS legs, [leg IN loop | leg.kind] AS kinds,
  reduce(least = head(loop).amount, leg IN tail(loop) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, size(parties), parties, legs;

// Which parties hold shares of each other?
MATCH (a:Party)-[there:HOLDS_STAKE_IN]->(b:Party)-[back:HOLDS_STAKE_IN]->(a)
WHERE a.id < b.id
RETURN [a.id, b.id] AS parties, [there.id, back.id] AS legs
ORDER BY parties, legs;

// Whose investment comes back by way of two others: financing, then a purchase, then a purchase from the financier?
MATCH (a:Party)-[one:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN]->(b:Party)
MATCH (b)-[two:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(c:Party)
MATCH (c)-[three:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(a)
WHERE c.id <> a.id AND c.id <> b.id
WITH [a.id, b.id, c.id] AS parties, [one.id, two.id, three.id] AS legs, [one, two, three] AS loop
WITH parties, legs, [leg IN loop | leg.kind] AS kinds,
  reduce(least = head(loop).amount, leg IN tail(loop) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, parties, legs;

// By which routes can money get from one party to another?
:param from => "microsoft";
:param to => "nvidia";
:param max_length => 3;
MATCH (first:Party {id: $from})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*1..4]->(last:Party {id: $to})
WHERE size(trail) <= $max_length AND first.id <> last.id
WITH trail, [leg IN trail | startNode(leg).id] + [last.id] AS parties
UNWIND parties AS id
WITH trail, parties, count(DISTINCT id) AS visited
WHERE visited = size(parties)
WITH parties, [leg IN trail | leg.id] AS legs, [leg IN trail | leg.kind] AS kinds,
  reduce(least = head(trail).amount, leg IN tail(trail) |
    CASE WHEN least IS NULL OR leg.amount IS NULL THEN null WHEN leg.amount < least THEN leg.amount ELSE least END
  ) AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, size(parties), parties, legs;

// What does the money around this party look like?
:param party => "nvidia";
MATCH picture = (:Party {id: $party})-[leg]-(:Party)
RETURN picture
ORDER BY leg.id;

// What do the loops through this party look like?
:param party => "nvidia";
:param at_least => 1000000000.0;
MATCH picture = (start:Party {id: $party})-[trail:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS*2..4]->(start)
WHERE all(leg IN trail WHERE leg.amount >= $at_least)
RETURN picture
ORDER BY length(picture), [leg IN trail | leg.id]
LIMIT 200;

// What did each party pay and receive in cash, and what is left?
:param top => 1000;
MATCH (party:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]-(:Party)
WHERE leg.cash
WITH party.id AS party,
  sum(CASE WHEN startNode(leg).id = party.id THEN coalesce(leg.amount, 0.0) ELSE 0.0 END) AS paid,
  sum(CASE WHEN startNode(leg).id = party.id THEN 0.0 ELSE coalesce(leg.amount, 0.0) END) AS received,
  count(leg) - count(leg.amount) AS unpriced
RETURN party, paid, received, received - paid AS net, unpriced
ORDER BY paid + received DESC, party
LIMIT $top;

// Which shareholders are paid for goods or services by the company they hold?
MATCH (holder:Party)-[stake:HOLDS_STAKE_IN]->(company:Party)-[pays:BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM]->(holder)
RETURN holder.id AS holder, company.id AS company, stake.id AS stake, pays.id AS leg, pays.kind AS kind, pays.amount AS amount
ORDER BY amount IS NULL, amount DESC, holder, company, stake, leg;

// Which two parties pay each other, and how much can go around? (A vendor that finances its customer is one.)
MATCH (a:Party)-[there:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(b:Party)-[back:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(a)
WHERE a.id < b.id
WITH [a.id, b.id] AS parties, [there.id, back.id] AS legs, [there.kind, back.kind] AS kinds,
  CASE WHEN there.amount IS NULL OR back.amount IS NULL THEN null
       WHEN back.amount < there.amount THEN back.amount
       ELSE there.amount END AS bottleneck
RETURN parties, legs, kinds, bottleneck
ORDER BY bottleneck IS NULL, bottleneck DESC, parties, legs;

// Which flows have no amount? (Undisclosed is unknown, never zero.)
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(payee:Party)
WHERE leg.amount IS NULL
RETURN leg.id AS leg, payer.id AS payer, payee.id AS payee, leg.kind AS kind, leg.status AS status,
  leg.amount_low AS low, leg.amount_high AS high
ORDER BY leg;

// Which flows rest on weak evidence alone, and on which documents?
:param tiers => ["relayed", "claim"];
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN|BUYS_FROM|BUYS_COMPUTE_FROM|LEASES_FROM|LICENSES_FROM|BUYS_SERVICE_FROM|SHARES_REVENUE_WITH|RENTS_BACK_FROM|REPAYS|PAYS_INTEREST_TO|PAYS_DIVIDEND_TO|EXERCISES_WARRANT_OF|BUYS_SHARES_FROM|ACQUIRES|PAYS]->(payee:Party)
WHERE leg.tier IN $tiers
OPTIONAL MATCH (:Deal {id: leg.deal_id})-[stated:STATED_IN]->(source:Source)
WHERE leg.id IN stated.leg_ids
WITH leg, payer, payee, source ORDER BY source.url
WITH leg.id AS leg, payer.id AS payer, payee.id AS payee, leg.kind AS kind, leg.amount AS amount, leg.tier AS tier,
  collect(DISTINCT source.url) AS sources
RETURN leg, payer, payee, kind, amount, tier, sources
ORDER BY amount IS NULL, amount DESC, leg;

// Who funds whom, and by how much?
:param top => 1000;
MATCH (payer:Party)-[leg:INVESTS_IN|LENDS_CONVERTIBLE_TO|LENDS_TO|PREPAYS|CONTRIBUTES_TO|INVESTS_IN_KIND_IN]->(payee:Party)
WITH payer, payee, leg ORDER BY leg.id
WITH payer.id AS payer, payee.id AS payee, collect(leg.id) AS legs, count(leg.amount) AS priced, sum(leg.amount) AS total
WITH payer, payee, CASE WHEN priced = 0 THEN null ELSE total END AS amount, legs, size(legs) - priced AS unpriced
RETURN payer, payee, amount, legs, unpriced
ORDER BY amount IS NULL, amount DESC, payer, payee
LIMIT $top;
