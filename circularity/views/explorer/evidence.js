// The right side: what a loop, a leg or a party rests on.

let lastShown = "";

function drawEvidence() {
  const chosen = state.chosen;
  const parts = !chosen ? welcome() : chosen.type === "loop" ? loopPart(chosen.key) : chosen.type === "leg" ? legPart(chosen.at) : partyPart(chosen.at);
  const side = byId("evidence");
  const within = side.contains(document.activeElement);
  side.replaceChildren(...parts.filter(Boolean));
  if (within) side.focus({ preventScroll: true });
  const key = chosen ? `${chosen.type} ${chosen.key || chosen.at}` : "";
  if (key !== lastShown) side.scrollTop = 0;
  lastShown = key;
}

function heading(kind, ...title) {
  return el("div", { class: "head" }, el("p", { class: "kicker" }, kind), el("h2", {}, ...title),
    el("button", { type: "button", class: "close", "aria-label": "Close", title: "Close (Esc)", onclick: () => choose(null) }, "×"));
}

// --- nothing chosen

function welcome() {
  const { legs: count, undisclosed, gross, looped } = now.sums;
  const both = ["financing", "commercial"].every((family) => legs.some((leg) => kindOf(leg).family === family));
  return [
    el("div", { class: "head" }, el("p", { class: "kicker" }, "How to read"), el("h2", {}, "Follow an arrow and you follow the money")),
    el("p", {}, "Each arrow is one leg of a deal and runs from who pays to who is paid. ",
      both ? [el("b", {}, "Teal"), " is money put in: shares, loans, prepayments. ", el("b", {}, "Orange"), " is money spent: chips, computing, leases. Where teal and orange close a ring, money comes back to whoever paid it out. "] : null,
      "Legs that close a loop are strong, the others faint."),
    el("p", {}, about.title ? "Most of these deals are disclosed and deliver real goods. " : "Money that comes back is no wrong by itself. ",
      "What this page shows is how much of the money is ", el("b", {}, "recycled"), ", and on what evidence."),
    lines(),
    partyColours(),
    el("dl", { class: "figures" },
      figure("Legs that count", count.toLocaleString("en")), figure("Priced money, in all", money(gross)),
      figure("of it, legs that touch a loop", money(looped)), figure("Undisclosed legs, never counted as zero", undisclosed.toLocaleString("en"))),
    el("p", { class: "small" }, "The dollars of a loop are its smallest hop: the most that one trip around can carry. Loops share legs, so their dollars must not be added up."),
    el("h3", {}, "Who stands in most money"), ranking(),
    about.inclusion ? el("p", { class: "small" }, el("b", {}, "What is in the graph. "), el("bdi", {}, about.inclusion)) : null,
    el("p", { class: "small" }, `Lens: ${about.lens}. circularity ${about.tool}, graph `, el("bdi", {}, about.name), ` ${about.version || ""}${about.sha256 ? ` (${about.sha256})` : ""}${about.licence ? `, data under ${about.licence}` : ""}.`),
  ];
}

const figure = (name, value) => [el("dt", {}, name), el("dd", {}, value)];

// How lines differ: a small drawing for each.
function lines() {
  const row = (dash, wide, colour, text) => {
    const svg = "http://www.w3.org/2000/svg";
    const line = document.createElementNS(svg, "line");
    for (const [key, value] of Object.entries({ x1: 1, y1: 6, x2: 43, y2: 6, stroke: tone(colour), "stroke-width": wide, "stroke-dasharray": dash, "stroke-linecap": dash.startsWith("1.5") ? "round" : "butt" })) line.setAttribute(key, value);
    const picture = document.createElementNS(svg, "svg");
    picture.setAttribute("viewBox", "0 0 44 12");
    picture.setAttribute("aria-hidden", "true");
    picture.append(line);
    return el("li", {}, picture, text);
  };
  const some = (test) => legs.some(test);
  return el("ul", { class: "lines" },
    row("", 4, words.kinds.equity_cash.colour, "priced: the wider, the more money"),
    row("5 5", 1.6, words.kinds.purchase.colour, "amount undisclosed"),
    some((leg) => isFlow(leg) && !isCash(leg)) ? row("14 4", 2.4, words.kinds.in_kind.colour, "no cash: paid in goods or shares") : null,
    some((leg) => kindOf(leg).family === "credit_support") ? row("1.5 4", 2.4, words.kinds.guarantee.colour, "guarantee: support, not a payment") : null,
    some((leg) => !isFlow(leg) && kindOf(leg).family !== "credit_support") ? row("1.5 4 7 4", 1.8, words.kinds.stake.colour, "holding or warrant (holdings are off at first)") : null,
    some((leg) => leg.marks.some((mark) => !mark[2])) ? row("", 1.6, "#8a9099", "does not count: shown on request") : null);
}

// What the discs' colours mean.
function partyColours() {
  const used = new Set(parties.map((party) => party.kind));
  if (used.size < 2) return null;
  return el("p", { class: "colours" }, Object.keys(words.partyKinds).filter((kind) => used.has(kind)).map((kind) => el("span", {}, el("i", { class: "disc", style: { background: tone(words.partyKinds[kind].colour) } }), words.partyKinds[kind].noun)));
}

// Money that counts, paid and received, and by kind.
function turnover(party) {
  const found = { paid: 0, received: 0, out: 0, in: 0, unknown: 0, byKind: new Map() };
  legs.forEach((leg, at) => {
    const mark = now.counted[at];
    if (!mark || (leg.payer !== party && leg.payee !== party)) return;
    const out = leg.payer === party;
    if (!found.byKind.has(leg.kind)) found.byKind.set(leg.kind, { paid: 0, received: 0, out: 0, in: 0, unknown: 0 });
    const row = found.byKind.get(leg.kind);
    row[out ? "out" : "in"] += 1;
    if (isFlow(leg)) found[out ? "out" : "in"] += 1;
    if (mark[3] === null) {
      row.unknown += 1;
      found.unknown += isFlow(leg) ? 1 : 0;
      return;
    }
    row[out ? "paid" : "received"] += mark[3];
    if (isFlow(leg)) found[out ? "paid" : "received"] += mark[3];
  });
  return found;
}

function ranking() {
  const rows = [...now.seen].map((at) => ({ at, ...turnover(at) })).sort((one, other) => other.paid + other.received - one.paid - one.received || one.at - other.at).slice(0, 12);
  return el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Party"), el("th", { scope: "col", class: "n" }, "pays"), el("th", { scope: "col", class: "n" }, "receives"))),
    el("tbody", {}, rows.map((row) => el("tr", {}, el("th", { scope: "row" }, partyButton(row.at)), cell(row.paid, row.out), cell(row.received, row.in)))));
}

const partyButton = (at) => el("button", { type: "button", class: "plain", onclick: () => choose({ type: "party", at }) },
  el("i", { class: "disc", style: { background: tone(words.partyKinds[parties[at].kind].colour) } }), nameOf(at));

// --- a loop

function loopPart(key) {
  const route = now.open.find((one) => one.key === key);
  if (!route) {
    const closed = routes.find((one) => one.key === key);
    return [heading("Loop", ...(closed ? joined(closed.parties) : ["Not found"])), el("p", {}, closed ? `Not closed by the legs shown${days.length ? ` as of ${days[state.step]}` : ""}. Move the slider or reset the filters.` : "This graph has no such loop.")];
  }
  const best = route.best;
  return [
    heading("Loop", ...joined(route.parties)),
    el("p", { class: "lead" }, el("b", { class: "big" }, carriedText(route)), route.more
      ? " can go around once by the priced legs, added up: the smallest hop sets it. Others are undisclosed."
      : route.priced
      ? " can go around once at most: the smallest hop, its legs added up, sets it."
      : " An amount on the way is undisclosed, so nobody outside can say how much comes back."),
    el("p", { class: "chips" }, el("span", {}, best.shape), el("span", {}, plural(route.ways.length, "way")),
      best.tier ? el("span", { title: "Weakest evidence on the loop" }, `weakest evidence: ${tierWords[best.tier]}`) : null,
      el("span", {}, route.dated ? "can be walked in date order" : "dates not in order, or not known")),
    route.ways.length > 1 ? el("p", { class: "small" }, "Parallel legs make different ways around. The widest is marked and drawn strong.") : null,
    el("ol", { class: "hops" }, route.parties.map((party, n) => hopPart(route, n)), el("li", { class: "end" }, partyButton(route.parties[0]), el("span", { class: "small" }, " and around again"))),
  ];
}

const joined = (list) => list.flatMap((at, n) => [n ? " → " : null, nameOf(at)]).concat("\u00a0↩");

function hopPart(route, n) {
  const mine = [...route.hops[n]].sort((one, other) => best(other) - best(one) || (now.counted[other][3] ?? -1) - (now.counted[one][3] ?? -1) || one - other);
  function best(leg) {
    return route.best.hops[n].includes(leg) ? 1 : 0;
  }
  return el("li", {}, partyButton(route.parties[n]), el("div", { class: "legs" }, mine.slice(0, 6).map((at) => legCard(at, mine.length > 1 && best(at) ? "widest" : "")), mine.length > 6 ? el("p", { class: "small" }, `and ${mine.length - 6} more`) : null));
}

function legCard(at, badge, away) {
  const leg = legs[at];
  const mark = now.shown[at] || markAt(leg, state.step) || leg.marks[leg.marks.length - 1];
  const kind = kindOf(leg);
  const docs = (leg.history || []).concat(leg.evidence || []);
  const best = docs.filter((item) => sources[item.source]).sort((a, b) => distanceOf(a) - distanceOf(b))[0];
  const source = best && sources[best.source];
  return el("button", { type: "button", class: "card", "data-leg": at, style: { borderLeftColor: tone(kind.colour) }, onclick: () => choose({ type: "leg", at }) },
    el("span", { class: "what" }, away === undefined ? kind.verb : [leg.payer === away ? `${kind.verb} ` : [nameOf(leg.payer), ` ${kind.verb}`], leg.payer === away ? nameOf(leg.payee) : null]),
    el("span", { class: mark[3] === null ? "sum unknown" : "sum" }, money(mark[3])),
    el("span", { class: "facts" }, el("span", { class: `status ${mark[1]}` }, statusWords[mark[1]]), leg.date ? el("span", {}, leg.date.slice(0, 10)) : null,
      !isCash(leg) && kind.flow ? el("span", {}, "not in cash") : null, badge ? el("span", { class: "flag" }, badge) : null,
      source ? el("span", {}, el("bdi", {}, source.publisher), docs.length > 1 ? ` +${docs.length - 1}` : "") : null));
}

// --- a leg

function legPart(at) {
  const leg = legs[at];
  const kind = kindOf(leg);
  const mark = markAt(leg, state.step);
  const deal = deals[leg.deal];
  const mine = now.open.filter((route) => route.hops.flat().includes(at));
  const partner = (id) => legs.findIndex((one) => one.id === id);
  const around = [leg.partOf && ["is part of", leg.partOf], leg.supersedes && ["replaces", leg.supersedes], ...(leg.links || []).map((item) => [linkWords[item.type] + (item.share ? ` (${three(item.share * 100)} %)` : ""), item.leg])].filter(Boolean);
  return [
    heading(kind.noun, nameOf(leg.payer), " → ", nameOf(leg.payee)),
    el("p", { class: "lead" }, el("b", { class: "big" }, mark ? money(mark[3]) : "not known yet"), mark ? el("span", { class: `status ${mark[1]}` }, statusWords[mark[1]]) : null),
    mark && !mark[2] ? el("p", { class: "warn" }, mark[1] === "in_parts" ? "Left out: its parts count in its place." : `Does not count under this lens: ${statusWords[mark[1]]}.`) : null,
    leg.pair ? el("p", { class: "warn" }, "Imputed: the other half of an investment paid in goods. No cash moved.") : null,
    el("p", {}, nameOf(leg.payer), ` ${kind.verb} `, nameOf(leg.payee), `; in return: ${kind.returns}.${isCash(leg) || !kind.flow ? "" : " Not paid in cash."}`),
    el("dl", { class: "facts" },
      fact("Amount", leg.own ? range(leg.own) : leg.range ? range([leg.range[0], mark ? mark[3] : null, leg.range[1]]) : mark ? money(mark[3]) : null),
      leg.original ? fact("As stated", `${leg.original.currency} ${range(leg.original.amount).replaceAll(unit, "")}, at ${leg.original.rate}${leg.original.day ? ` on ${leg.original.day}` : ""}`) : null,
      leg.percent ? fact("Share", `${leg.percent} %`) : null, leg.shares ? fact("Shares", leg.shares.toLocaleString("en")) : null,
      fact("Money moves", leg.when || (leg.date ? leg.date : "undated")), fact("Condition", leg.contingent), fact("Terms", leg.terms), fact("Note", leg.note),
      fact("Deal", deal ? el("bdi", {}, deal.title) : leg.deal), deal && deal.note ? fact("On the deal", deal.note) : null, fact("Leg", leg.id)),
    around.length ? el("div", {}, el("h3", {}, "Hangs together with"), el("ul", { class: "around" }, around.map(([text, id]) => el("li", {}, `This ${text} `, partner(id) >= 0 ? el("button", { type: "button", class: "link", onclick: () => choose({ type: "leg", at: partner(id) }) }, nameOf(legs[partner(id)].payer), " → ", nameOf(legs[partner(id)].payee), ` (${id})`) : el("span", {}, id))))) : null,
    leg.history && leg.history.length ? el("div", {}, el("h3", {}, "What happened"), el("ol", { class: "history" }, leg.history.map(historyItem))) : el("p", { class: "small" }, `Status: ${statusWords[leg.marks[0][1]]}. A ledger states no sources.`),
    leg.evidence ? el("div", {}, el("h3", {}, "Evidence"), el("ul", { class: "proof" }, leg.evidence.map((item) => el("li", {}, statement(item))))) : null,
    leg.conflicts ? el("div", {}, el("h3", {}, "Sources disagree"), el("ul", { class: "proof" }, leg.conflicts.map(conflictItem))) : null,
    mine.length ? el("div", {}, el("h3", {}, `On ${plural(mine.length, "route")}`), el("div", { class: "legs" }, mine.slice(0, 8).map(routeButton)), mine.length > 8 ? el("p", { class: "small" }, `and ${mine.length - 8} more`) : null) : el("p", { class: "small" }, "On no loop that is open here."),
  ];
}

const fact = (name, value) => (value === null || value === undefined || value === "" ? null : [el("dt", {}, name), el("dd", {}, typeof value === "string" ? el("bdi", {}, value) : value)]);

function historyItem(item) {
  const later = days.length && item.day > days[state.step];
  return el("li", { class: later ? "later" : null },
    el("p", {}, el("time", {}, item.day), el("span", { class: `status ${item.status}` }, statusWords[item.status]), item.amount ? el("b", {}, range(item.amount)) : null), statement(item));
}

function statement(item) {
  const source = sources[item.source];
  return el("p", { class: "says" }, el("bdi", {}, item.states), el("span", { class: "source" }, source ? link(source) : item.source,
    source && source.title ? el("bdi", {}, `“${source.title}”`) : null,
    source && source.published ? el("span", {}, source.published) : null, source ? el("span", {}, tierWords[source.tier] + (item.retold ? ", as retold" : source.read ? `, read as ${source.read}` : "")) : null, item.where ? el("bdi", {}, item.where) : null));
}

function conflictItem(item) {
  return el("li", {}, item.amount || item.percent ? el("b", {}, [item.amount && range(item.amount), item.percent && `${item.percent} %`].filter(Boolean).join(", ")) : null, statement(item), item.why ? el("p", { class: "small" }, "Not chosen: ", el("bdi", {}, item.why)) : null);
}

const routeButton = (route) => el("button", { type: "button", class: "card route", onclick: () => choose({ type: "loop", key: route.key }) },
  el("span", { class: "what" }, joined(route.parties)), el("span", { class: route.priced ? "sum" : "sum unknown" }, carriedText(route)), el("span", { class: "facts" }, el("span", {}, route.best.shape)));

// --- a party

function partyPart(at) {
  const party = parties[at];
  const { paid, received, unknown, byKind, ...counts } = turnover(at);
  const mine = legs.map((_, n) => n).filter((n) => now.shown[n] && (legs[n].payer === at || legs[n].payee === at));
  mine.sort((one, other) => (now.shown[other][3] ?? -1) - (now.shown[one][3] ?? -1) || one - other);
  const loops = now.open.filter((route) => route.parties.includes(at));
  const ids = Object.entries(party.ids || {}).map(([name, value]) => `${name === "wikidata" ? "Wikidata" : name.toUpperCase().replace("TICKER", "Ticker")} ${value}`);
  const kinds = [...byKind.entries()].sort((one, other) => other[1].paid + other[1].received - one[1].paid - one[1].received || (one[0] < other[0] ? -1 : 1));
  return [
    heading(words.partyKinds[party.kind].noun, nameOf(at)),
    el("dl", { class: "figures" }, figure("Pays", sumOf(paid, counts.out)), figure("Receives", sumOf(received, counts.in)), figure("Undisclosed legs", String(unknown)), figure("Routes of loops", String(loops.length))),
    el("dl", { class: "facts" }, fact("Country", party.country), fact("Also called", (party.aliases || []).join(", ")), fact("Part of", party.parent), fact("Registers", ids.join(" · ")), fact("Year ends", party.yearEnd), fact("Note", party.note)),
    kinds.length ? el("div", {}, el("h3", {}, "By kind"), el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Kind"), el("th", { scope: "col", class: "n" }, "pays"), el("th", { scope: "col", class: "n" }, "receives"))),
      el("tbody", {}, kinds.map(([kind, row]) => el("tr", {}, el("th", { scope: "row" }, el("i", { class: "disc", style: { background: tone(words.kinds[kind].colour) } }), words.kinds[kind].noun), cell(row.paid, row.out), cell(row.received, row.in)))))) : null,
    loops.length ? el("div", {}, el("h3", {}, `Loops through it (${loops.length})`), el("div", { class: "legs" }, loops.slice(0, 6).map(routeButton)), loops.length > 6 ? el("button", { type: "button", class: "link", onclick: () => within(party.name) }, "List them all") : null) : null,
    el("h3", {}, `Legs (${mine.length})`), el("div", { class: "legs" }, mine.slice(0, 60).map((n) => legCard(n, "", at)), mine.length > 60 ? el("p", { class: "small" }, `and ${mine.length - 60} more`) : null),
    party.accounts ? el("div", {}, el("h3", {}, "Accounts"), party.accounts.map(accountPart)) : null,
  ];
}

// A sum of some legs: a dash where there are none, and never zero for what is not known.
const sumOf = (sum, count) => (count ? (sum ? money(sum) : "undisclosed") : "–");
const cell = (sum, count) => el("td", { class: count && !sum ? "n unknown" : "n" }, sumOf(sum, count));

function accountPart(account) {
  return el("details", { class: "account" }, el("summary", {}, el("bdi", {}, account.label), account.complete ? el("span", { class: "flag" }, "complete") : null),
    (account.figures || []).map((item) => el("div", {}, el("p", {}, el("b", {}, item.name), " ", item.amount ? range(item.amount) : "", item.percent ? ` ${item.percent} %` : "", item.of ? el("bdi", {}, ` of ${item.of}`) : null), statement(item))));
}
