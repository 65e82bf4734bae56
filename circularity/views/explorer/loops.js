// The list of loops, by the dollars that one trip around can carry at most.

const PAGE = 120;
let listed = PAGE;

function shownRoutes() {
  const query = fold(state.within.trim()).split(/\s+/).filter(Boolean);
  return now.open.filter((route) => {
    if (state.priced && !route.priced) return false;
    if (state.dated && !route.dated) return false;
    if (state.shape && !route.ways.some((way) => way.shape === state.shape)) return false;
    return !query.length || query.every((word) => wordsOf(route).includes(word));
  });
}

const known = new Map();
function wordsOf(route) {
  if (!known.has(route.key)) {
    const names = route.parties.flatMap((at) => [parties[at].name, parties[at].id, ...(parties[at].aliases || [])]);
    const rest = route.ways.flatMap((way) => [way.shape, tierWords[way.tier], ...way.hops.flat().map((leg) => kindOf(legs[leg]).noun)]);
    known.set(route.key, fold([...names, ...new Set(rest)].join(" ")));
  }
  return known.get(route.key);
}

function drawLoops() {
  const routes = shownRoutes();
  const ways = routes.reduce((sum, route) => sum + route.ways.length, 0);
  byId("loopcount").textContent = ways === routes.length ? plural(ways, "loop") : `${plural(ways, "loop")} on ${plural(routes.length, "route")}`;
  const most = routes.length && routes[0].worth ? routes[0].worth : 1;
  const at = state.chosen && state.chosen.type === "loop" ? routes.findIndex((route) => route.key === state.chosen.key) : -1;
  if (at >= listed) listed = at + PAGE;
  const rows = routes.slice(0, listed).map((route, n) => loopRow(route, n, most, n === (at < 0 ? 0 : at)));
  if (routes.length > listed) rows.push(el("li", { class: "more" }, el("button", { type: "button", onclick: () => { listed += PAGE; drawLoops(); } }, `Show ${Math.min(PAGE, routes.length - listed)} more`)));
  if (!routes.length) rows.push(el("li", { class: "none" }, now.open.length ? "No loop matches." : "No loop is closed by the legs shown."));
  const focused = document.activeElement && document.activeElement.closest("#list .loop");
  byId("list").replaceChildren(...rows);
  if (focused) {
    const again = [...byId("list").querySelectorAll(".loop")].find((row) => row.dataset.key === focused.dataset.key);
    if (again) again.focus({ preventScroll: true });
  }
}

function loopRow(route, n, most, first) {
  const on = state.chosen && state.chosen.type === "loop" && state.chosen.key === route.key;
  const best = route.best;
  const names = route.parties.flatMap((party, at) => [at ? el("span", { class: "to", "aria-label": "pays" }, " → ") : null, nameOf(party)]);
  const row = el("button", { type: "button", class: "loop", "aria-pressed": on ? "true" : "false", tabindex: first ? "0" : "-1", "data-key": route.key, onclick: () => choose({ type: "loop", key: route.key }) },
    el("span", { class: "rank" }, String(n + 1)),
    el("span", { class: "names" }, names, el("span", { class: "to", "aria-label": "and back" }, "\u00a0↩")),
    el("span", { class: route.priced ? "dollars" : "dollars unknown", title: route.more ? "By the priced legs; others are undisclosed" : null }, carriedText(route)),
    el("span", { class: "facts" },
      hopDots(route), el("span", {}, best.shape),
      route.ways.length > 1 ? el("span", { title: "Parallel legs make different ways around" }, `${route.ways.length} ways`) : null,
      best.tier ? el("span", { title: "Weakest evidence on the loop" }, tierWords[best.tier]) : null,
      route.dated ? el("span", { class: "flag", title: "The legs can be walked in the order of their dates" }, "dated") : null),
    el("span", { class: "share", "aria-hidden": "true", style: { width: `${route.priced ? Math.max(0.5, (100 * route.worth) / most) : 0}%` } }));
  return el("li", {}, row);
}

// One dot a hop in the colour of its kind.
function hopDots(route) {
  return el("span", { class: "dots", "aria-hidden": "true" }, route.best.hops.map((hop) => {
    const kind = kindOf(legs[hop[0]]);
    return el("i", { title: kind.noun, style: { background: tone(kind.colour) } });
  }));
}

byId("list").addEventListener("keydown", (event) => {
  const rows = [...byId("list").querySelectorAll(".loop")];
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
  choose({ type: "loop", key: row.dataset.key }, { keep: true });
  const again = byId("list").querySelector(".loop[aria-pressed=true]");
  if (again) {
    again.focus();
    again.scrollIntoView({ block: "nearest" });
  }
});
