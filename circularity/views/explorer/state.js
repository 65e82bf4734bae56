// What is chosen, and what follows from it: which legs are shown, and which loops they close.

const start = () => ({
  chosen: null, step: lastStep, floor: about.floor, min: 0, ghosts: false,
  offKinds: new Set(words.families.includes("holding") ? kindsOf("holding") : []), offParties: new Set(),
  within: "", shape: "", priced: false, dated: false,
});

function kindsOf(family) {
  return Object.keys(words.kinds).filter((kind) => words.kinds[kind].family === family);
}

const state = start();
const amounts = [0, 1e6, 1e7, 5e7, 1e8, 2.5e8, 5e8, 1e9, 2.5e9, 5e9, 1e10, 2.5e10, 1e11];

// A loop's parties, from the smallest id, name its route; ways along it differ by their legs.
const routes = (() => {
  const found = new Map();
  data.loops.forEach((loop) => {
    const walk = loop.hops.map((hop) => legs[hop[0]].payer);
    const at = walk.indexOf(Math.min(...walk));
    const turn = (list) => list.slice(at).concat(list.slice(0, at));
    const key = turn(walk).map((party) => parties[party].id).join(",");
    if (!found.has(key)) found.set(key, { key, parties: turn(walk), ways: [] });
    found.get(key).ways.push({ ...loop, hops: turn(loop.hops) });
  });
  return [...found.values()];
})();

// The latest mark of a leg at a step: [step, status, counts, amount].
function markAt(leg, step) {
  let found = null;
  for (const mark of leg.marks) {
    if (mark[0] > step) break;
    found = mark;
  }
  return found;
}

const rankOf = (status) => words.floors.indexOf(status);

// Whether the filters let a leg through at a step; legs that do not count are shown on request only.
function passes(leg, mark) {
  if (!mark || state.offKinds.has(leg.kind)) return false;
  if (state.offParties.has(parties[leg.payer].kind) || state.offParties.has(parties[leg.payee].kind)) return false;
  if (!mark[2]) return state.ghosts && mark[1] !== "in_parts" && (state.min === 0 || mark[3] >= state.min);
  return rankOf(mark[1]) >= rankOf(state.floor) && (state.min === 0 || (mark[3] !== null && mark[3] >= state.min));
}

// The most that one trip along a way can carry: its smallest hop. Holdings and support set nothing.
function worth(way, marks) {
  let least = Infinity;
  for (const hop of way.hops) {
    let sum = 0;
    let flows = 0;
    for (const leg of hop) {
      if (!marks[leg] || !isFlow(legs[leg])) continue;
      flows += 1;
      if (marks[leg][3] === null) return null;
      sum += marks[leg][3];
    }
    if (flows) least = Math.min(least, sum);
  }
  return least === Infinity ? null : least;
}

// The same along a route, parallel legs added up; `more` where some of them are undisclosed.
function carried(hops, marks) {
  let least = Infinity;
  let more = false;
  for (const hop of hops) {
    const sums = hop.filter((leg) => isFlow(legs[leg])).map((leg) => marks[leg][3]);
    const priced = sums.filter((sum) => sum !== null);
    if (!sums.length) continue;
    if (!priced.length) return { worth: null, more: false };
    more = more || priced.length < sums.length;
    least = Math.min(least, priced.reduce((sum, one) => sum + one, 0));
  }
  return least === Infinity ? { worth: null, more: false } : { worth: least, more };
}

const carriedText = (route) => (route.more ? "≥ " : "") + money(route.worth);

// Marks of the legs that count and pass at a step, and ghosts beside them.
function look(step) {
  const counted = [];
  const ghosts = [];
  legs.forEach((leg, at) => {
    const mark = markAt(leg, step);
    const on = passes(leg, mark);
    counted.push(on && mark[2] ? mark : null);
    ghosts.push(on && !mark[2] ? mark : null);
  });
  return { counted, ghosts };
}

function openRoutes(marks) {
  const open = [];
  for (const route of routes) {
    const ways = [];
    for (const way of route.ways)
      if (way.hops.every((hop) => hop.some((leg) => marks[leg]))) ways.push({ ...way, worth: worth(way, marks) });
    if (!ways.length) continue;
    ways.sort((one, other) => (other.worth ?? -1) - (one.worth ?? -1));
    const hops = route.parties.map((_, n) => [...new Set(ways.flatMap((way) => way.hops[n]))].filter((leg) => marks[leg]));
    const { worth: most, more } = carried(hops, marks);
    open.push({ ...route, ways, hops, best: ways[0], worth: most, more, dated: ways.some((way) => way.dated), priced: most !== null });
  }
  open.sort((one, other) => (other.worth ?? -1) - (one.worth ?? -1) || one.parties.length - other.parties.length || (one.key < other.key ? -1 : 1));
  return open;
}

let now = null;

// Everything shown follows from here; each part of the page draws `now`.
function reckon() {
  const { counted, ghosts } = look(state.step);
  const open = openRoutes(counted);
  const looped = new Set(open.flatMap((route) => route.hops.flat()));
  const shown = legs.map((_, at) => counted[at] || ghosts[at]);
  const seen = new Set();
  legs.forEach((leg, at) => shown[at] && seen.add(leg.payer).add(leg.payee));
  now = { counted, ghosts, shown, open, looped, seen, sums: sums(counted, looped) };
}

function sums(marks, looped) {
  const found = { legs: 0, undisclosed: 0, gross: 0, looped: 0 };
  marks.forEach((mark, at) => {
    if (!mark) return;
    found.legs += 1;
    if (!isFlow(legs[at])) return;
    if (mark[3] === null) found.undisclosed += 1;
    else if (isCash(legs[at])) {
      found.gross += mark[3];
      if (looped.has(at)) found.looped += mark[3];
    }
  });
  return found;
}

// Legs and parties to bring out for what is chosen; null where nothing is.
function brought(chosen = state.chosen) {
  if (!chosen) return null;
  if (chosen.type === "loop") {
    const route = now.open.find((one) => one.key === chosen.key);
    if (!route) return null;
    const best = new Set(route.best.hops.flat().filter((leg) => now.counted[leg]));
    return { legs: new Set(route.hops.flat()), best, parties: new Set(route.parties), route };
  }
  if (chosen.type === "leg") {
    const leg = legs[chosen.at];
    return { legs: new Set([chosen.at]), best: new Set([chosen.at]), parties: new Set([leg.payer, leg.payee]) };
  }
  const mine = new Set();
  const near = new Set([chosen.at]);
  legs.forEach((leg, at) => {
    if (!now.shown[at] || (leg.payer !== chosen.at && leg.payee !== chosen.at)) return;
    mine.add(at);
    near.add(leg.payer).add(leg.payee);
  });
  return { legs: mine, best: new Set(), parties: near };
}
