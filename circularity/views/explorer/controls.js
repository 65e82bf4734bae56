// Search, filters, slider, address, keys: everything that changes what is chosen.

function choose(chosen, { keep = false, still = false } = {}) {
  const same = chosen && state.chosen && chosen.type === state.chosen.type && chosen.key === state.chosen.key && chosen.at === state.chosen.at;
  state.chosen = same && !keep && chosen.type !== "leg" ? null : chosen;
  tab(state.chosen ? "evidence" : "loops", true);
  if (small.matches && state.chosen) byId("stage").scrollIntoView();
  const bright = brought();
  if (bright && bright.route && !still) fit(true, bright.parties);
  else if (!state.chosen && !moved && !still) fit();
  paint();
}

// Draw every part again.
function paint() {
  document.body.dataset.chosen = state.chosen ? state.chosen.type : "";
  byId("said").textContent = state.chosen ? spoken(state.chosen) : "";
  drawLoops();
  drawEvidence();
  drawTime();
  redraw();
  remember();
}

// What is chosen, for who listens instead of looking.
function spoken(chosen) {
  if (chosen.type === "party") return parties[chosen.at].name;
  if (chosen.type === "leg") return `${parties[legs[chosen.at].payer].name} ${kindOf(legs[chosen.at]).verb} ${parties[legs[chosen.at].payee].name}`;
  const route = now.open.find((one) => one.key === chosen.key);
  return route ? `Loop ${route.parties.map((at) => parties[at].name).join(" to ")} and back, ${carriedText(route)}` : "";
}

// Filters changed: reckon first.
function change() {
  listed = PAGE;
  reckon();
  drawFilters();
  paint();
}

// --- filters

function drawFilters() {
  byId("floor").value = state.floor;
  byId("min").value = amounts.indexOf(state.min);
  byId("least").textContent = state.min ? money(state.min) : "any amount";
  byId("min").setAttribute("aria-valuetext", byId("least").textContent);
  byId("ghosts").checked = state.ghosts;
  for (const [id, key] of [["within", "within"], ["shape", "shape"]]) if (byId(id).value !== state[key]) byId(id).value = state[key];
  byId("priced").checked = state.priced;
  byId("dated").checked = state.dated;
  for (const box of byId("families").querySelectorAll("input[data-kind]")) box.checked = !state.offKinds.has(box.dataset.kind);
  for (const menu of byId("families").querySelectorAll("details")) {
    const boxes = [...menu.querySelectorAll("input[data-kind]")];
    const on = boxes.filter((box) => box.checked).length;
    const all = menu.querySelector("input[data-family]");
    all.checked = on === boxes.length;
    all.indeterminate = on > 0 && on < boxes.length;
    menu.dataset.on = on ? (on === boxes.length ? "all" : "some") : "none";
    menu.querySelector(".count").textContent = on === boxes.length ? "" : ` ${on}/${boxes.length}`;
  }
  for (const box of byId("legend").querySelectorAll("input")) box.checked = !state.offParties.has(box.dataset.party);
  byId("parties").querySelector(".count").textContent = state.offParties.size ? ` −${state.offParties.size}` : "";
}

function buildFilters() {
  const used = new Map();
  legs.forEach((leg) => used.set(leg.kind, (used.get(leg.kind) || 0) + 1));
  const menus = words.families.filter((family) => kindsOf(family).some((kind) => used.has(kind))).map((family) => {
    const kinds = kindsOf(family).filter((kind) => used.has(kind));
    const flip = (list, on) => { for (const kind of list) state.offKinds[on ? "delete" : "add"](kind); change(); };
    return el("details", { class: "menu", "data-family": family },
      el("summary", {}, el("i", { class: "stroke", style: { background: tone(words.kinds[kinds[0]].colour) } }), familyWords[family], el("span", { class: "count" })),
      el("div", { class: "drop" },
        el("label", { class: "all" }, el("input", { type: "checkbox", "data-family": family, onchange: (event) => flip(kinds, event.target.checked) }), "all"),
        kinds.map((kind) => el("label", {}, el("input", { type: "checkbox", "data-kind": kind, onchange: (event) => flip([kind], event.target.checked) }),
          el("i", { class: "stroke", style: { background: tone(words.kinds[kind].colour) } }), words.kinds[kind].noun, el("span", { class: "n" }, String(used.get(kind)))))));
  });
  byId("families").replaceChildren(...menus);
  const floors = words.floors.slice(rankOf(about.floor));
  byId("floor").replaceChildren(...floors.map((status) => el("option", { value: status }, status === "paid" ? "paid" : `${statusWords[status]} or more`)));
  byId("ghosting").hidden = !legs.some((leg) => leg.marks.some((mark) => !mark[2] && mark[1] !== "in_parts"));
  const shapes = [...new Set(data.loops.map((loop) => loop.shape))].sort();
  byId("shape").append(...shapes.map((shape) => el("option", { value: shape }, shape)));
  const kinds = new Map();
  parties.forEach((party) => kinds.set(party.kind, (kinds.get(party.kind) || 0) + 1));
  const flip = (kind, on) => { state.offParties[on ? "delete" : "add"](kind); change(); };
  byId("legend").replaceChildren(...Object.keys(words.partyKinds).filter((kind) => kinds.has(kind)).map((kind) => el("label", {},
    el("input", { type: "checkbox", "data-party": kind, onchange: (event) => flip(kind, event.target.checked) }),
    el("i", { class: "disc", style: { background: tone(words.partyKinds[kind].colour) } }), words.partyKinds[kind].noun, el("span", { class: "n" }, String(kinds.get(kind))))));
  byId("parties").hidden = kinds.size < 2;
}

function within(text) {
  state.within = text;
  choose(null, { still: true });
  tab("loops");
  change();
}

// --- the slider

let series = null;
let seriesFor = "";

// Money over time under the filters: of all legs, and of those on a loop.
function timeline() {
  const key = JSON.stringify([state.floor, state.min, [...state.offKinds], [...state.offParties]]);
  if (key === seriesFor) return series;
  seriesFor = key;
  series = days.map((_, step) => {
    const marks = look(step).counted;
    return sums(marks, new Set(openRoutes(marks).flatMap((route) => route.hops.flat())));
  });
  drawSpark();
  return series;
}

function drawSpark() {
  const most = Math.max(1, ...series.map((one) => one.gross));
  const shape = (key) => {
    const points = series.map((one, at) => `${((at / Math.max(1, lastStep)) * 1000).toFixed(1)},${(40 - (one[key] / most) * 38).toFixed(2)}`);
    return `0,40 ${points.join(" ")} 1000,40`;
  };
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 1000 40");
  svg.setAttribute("preserveAspectRatio", "none");
  for (const key of ["gross", "looped"]) {
    const area = document.createElementNS(space, "polygon");
    area.setAttribute("points", shape(key));
    area.setAttribute("class", key);
    svg.append(area);
  }
  byId("spark").replaceChildren(svg);
}

function drawTime() {
  timeline();
  byId("day").value = state.step;
  byId("day").setAttribute("aria-valuetext", days[state.step] || "undated");
  byId("asof").textContent = days.length && days[state.step] ? `As of ${days[state.step]}` : "Undated";
  const { legs: count, undisclosed, gross, looped } = now.sums;
  const ways = now.open.reduce((sum, route) => sum + route.ways.length, 0);
  byId("sums").textContent = `${plural(count, "leg")} · ${money(gross)} priced · ${money(looped)} in legs of ${plural(ways, "loop")} · ${undisclosed.toLocaleString("en")} undisclosed`;
}

function buildTime() {
  byId("day").max = lastStep;
  const years = [];
  days.forEach((day, at) => {
    if (at && day.slice(0, 4) !== days[at - 1].slice(0, 4) && (!years.length || at - years[years.length - 1][1] > lastStep / 14)) years.push([day.slice(0, 4), at]);
  });
  byId("years").replaceChildren(...years.map(([year, at]) => el("span", { style: { left: `${(100 * (at - 0.5)) / Math.max(1, lastStep)}%` } }, year)));
  document.querySelector("footer.time").hidden = days.length < 2;
}

let playing = 0;
function play() {
  const stop = playing || state.step === undefined;
  clearInterval(playing);
  playing = 0;
  if (!stop) {
    if (state.step === lastStep) state.step = 0;
    playing = setInterval(() => {
      state.step += 1;
      change();
      if (state.step >= lastStep) play();
    }, 450);
    change();
  }
  byId("play").textContent = playing ? "Pause" : "Play";
  byId("play").setAttribute("aria-pressed", playing ? "true" : "false");
}

// --- the address: what is chosen can be sent to somebody

function remember() {
  const said = new URLSearchParams();
  const chosen = state.chosen;
  if (chosen) said.set(chosen.type, chosen.type === "loop" ? chosen.key : chosen.type === "leg" ? legs[chosen.at].id : parties[chosen.at].id);
  if (state.step !== lastStep) said.set("on", days[state.step]);
  if (state.floor !== about.floor) said.set("status", state.floor);
  if (state.min) said.set("min", String(state.min));
  if (state.ghosts) said.set("all", "1");
  const usual = start();
  const differ = (one, other) => [...one].sort().join() !== [...other].sort().join();
  if (differ(state.offKinds, usual.offKinds)) said.set("off", [...state.offKinds].sort().join(","));
  if (state.offParties.size) said.set("without", [...state.offParties].sort().join(","));
  for (const key of ["within", "shape"]) if (state[key]) said.set(key, state[key]);
  for (const key of ["priced", "dated"]) if (state[key]) said.set(key, "1");
  const hash = said.toString();
  if (hash === location.hash.slice(1)) return;
  try {
    history.replaceState(null, "", "#" + hash);
  } catch {
    // an address that may not change is no reason to stop
  }
}

function recall() {
  const said = new URLSearchParams(location.hash.slice(1));
  Object.assign(state, start());
  const day = said.get("on");
  if (day) state.step = Math.max(0, days.findLastIndex((one) => one <= day));
  if (rankOf(said.get("status")) > rankOf(about.floor)) state.floor = said.get("status");
  if (amounts.includes(Number(said.get("min")))) state.min = Number(said.get("min"));
  state.ghosts = said.has("all");
  if (said.has("off")) state.offKinds = new Set(said.get("off").split(",").filter((kind) => Object.hasOwn(words.kinds, kind)));
  if (said.has("without")) state.offParties = new Set(said.get("without").split(",").filter((kind) => Object.hasOwn(words.partyKinds, kind)));
  state.within = said.get("within") || "";
  state.shape = data.loops.some((loop) => loop.shape === said.get("shape")) ? said.get("shape") : "";
  state.priced = said.has("priced");
  state.dated = said.has("dated");
  if (routes.some((route) => route.key === said.get("loop"))) state.chosen = { type: "loop", key: said.get("loop") };
  for (const [type, list] of [["leg", legs], ["party", parties]]) {
    const at = list.findIndex((one) => one.id === said.get(type));
    if (at >= 0) state.chosen = { type, at };
  }
  change();
  tab(state.chosen ? "evidence" : "loops", true);
}

// --- search

const targets = [
  ...parties.map((party, at) => ({ type: "party", at, name: party.name, kind: words.partyKinds[party.kind].noun, text: fold([party.name, party.id, ...(party.aliases || []), ...Object.values(party.ids || {})].join(" ")) })),
  ...Object.entries(deals).map(([id, deal]) => ({ type: "leg", at: legs.findIndex((leg) => leg.deal === id), name: deal.title, kind: "deal", text: fold(`${deal.title} ${id}`) })).filter((one) => one.at >= 0),
];
let offered = [];
let picked = -1;

function suggest() {
  const query = fold(byId("find").value.trim());
  const score = (one) => (fold(one.name) === query ? 0 : fold(one.name).startsWith(query) ? 1 : one.text.split(" ").some((word) => word.startsWith(query)) ? 2 : 3) + (one.type === "party" ? 0 : 0.5);
  offered = query ? targets.filter((one) => one.text.includes(query)).map((one) => [score(one), one]).sort((a, b) => a[0] - b[0] || (a[1].name < b[1].name ? -1 : 1)).slice(0, 9).map((pair) => pair[1]) : [];
  picked = offered.length ? 0 : -1;
  drawFound();
}

function drawFound() {
  const list = byId("found");
  const open = offered.length > 0 || byId("find").value.trim() !== "";
  list.replaceChildren(...offered.map((one, n) => el("li", { role: "option", id: `found-${n}`, "aria-selected": n === picked ? "true" : "false", onpointerdown: (event) => { event.preventDefault(); take(one); } },
    one.type === "party" ? el("i", { class: "disc", style: { background: tone(words.partyKinds[parties[one.at].kind].colour) } }) : null, el("bdi", {}, one.name), el("span", { class: "kind" }, one.kind))));
  if (open && !offered.length) list.append(el("li", { class: "none" }, "Nothing by this name"));
  list.hidden = !open;
  byId("find").setAttribute("aria-expanded", open ? "true" : "false");
  if (picked >= 0) byId("find").setAttribute("aria-activedescendant", `found-${picked}`);
  else byId("find").removeAttribute("aria-activedescendant");
}

function take(one) {
  byId("find").value = "";
  offered = [];
  drawFound();
  choose({ type: one.type, at: one.at }, { keep: true });
}

byId("find").addEventListener("input", suggest);
byId("find").addEventListener("blur", () => { offered = []; byId("found").hidden = true; byId("find").setAttribute("aria-expanded", "false"); });
byId("find").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!offered.length) suggest();
    else picked = (picked + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
    drawFound();
    event.preventDefault();
  } else if (event.key === "Enter" && offered[picked]) take(offered[picked]);
  else if (event.key === "Escape") {
    byId("find").value = "";
    offered = [];
    drawFound();
    byId("find").blur();
    event.stopPropagation();
  }
});

// --- the rest

const small = window.matchMedia("(max-width: 900px)");

function tab(name, soft = false) {
  if (soft && document.body.dataset.tab === "filters" && name === "loops") return;
  document.body.dataset.tab = name;
  for (const button of document.querySelectorAll(".tabs button")) button.setAttribute("aria-selected", button.dataset.tab === name ? "true" : "false");
}

// The picture as it stands, with its title and lens written on it.
function savePicture() {
  draw();
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillStyle = colours.muted;
  pen.font = `11px ${family}`;
  pen.fillText(`${about.title || about.name} ${about.version || ""} · ${about.lens}${days[state.step] ? ` · shown as of ${days[state.step]}` : ""}`.slice(0, 240), 10, camera.height - 8);
  canvas.toBlob((blob) => {
    const address = URL.createObjectURL(blob);
    el("a", { href: address, download: "where-the-money-comes-back.png" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    redraw();
  });
}

function recolour() {
  readColours();
  buildFilters();
  drawFilters();
  paint();
}

function wire() {
  byId("floor").addEventListener("change", (event) => { state.floor = event.target.value; change(); });
  byId("min").addEventListener("input", (event) => { state.min = amounts[event.target.value]; change(); });
  byId("ghosts").addEventListener("change", (event) => { state.ghosts = event.target.checked; change(); });
  byId("day").addEventListener("input", (event) => { state.step = Number(event.target.value); change(); });
  for (const id of ["within", "shape"]) byId(id).addEventListener("input", (event) => { state[id] = event.target.value; listed = PAGE; drawLoops(); remember(); });
  for (const id of ["priced", "dated"]) byId(id).addEventListener("change", (event) => { state[id] = event.target.checked; listed = PAGE; drawLoops(); remember(); });
  byId("play").addEventListener("click", play);
  byId("reset").addEventListener("click", () => { moved = false; nodes.forEach((node, at) => Object.assign(node, { x: net.nodes[at].x, y: net.nodes[at].y })); Object.assign(state, start()); change(); fit(); });
  byId("fit").addEventListener("click", () => { moved = false; fit(); });
  byId("in").addEventListener("click", () => zoomAt(camera.width / 2, camera.height / 2, 1.3));
  byId("out").addEventListener("click", () => zoomAt(camera.width / 2, camera.height / 2, 1 / 1.3));
  byId("help").addEventListener("click", () => { choose(null); tab("evidence"); byId("evidence").focus(); });
  byId("shot").addEventListener("click", savePicture);
  byId("theme").addEventListener("click", () => { document.documentElement.dataset.theme = isDark() ? "light" : "dark"; recolour(); });
  for (const button of document.querySelectorAll(".tabs button")) button.addEventListener("click", () => tab(button.dataset.tab));
  dark.addEventListener("change", recolour);
  quiet.addEventListener("change", redraw);
  document.addEventListener("visibilitychange", redraw);
  window.addEventListener("hashchange", recall);
  window.addEventListener("resize", resize);
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.print = "1"; recolour(); draw(); });
  window.addEventListener("afterprint", () => { delete document.documentElement.dataset.print; recolour(); });
  document.addEventListener("pointerdown", (event) => { for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "range" && event.target.type !== "checkbox";
    if (event.key === "Escape") {
      const menus = [...document.querySelectorAll("details.menu[open]")];
      if (menus.length) for (const menu of menus) { menu.open = false; menu.querySelector("summary").focus(); }
      else if (typing) event.target.blur();
      else if (state.chosen) choose(null);
    } else if (event.key === "/" && !typing) {
      event.preventDefault();
      byId("find").focus();
    }
  });
}

// What the page does not show, said where it is missed.
function leftOut() {
  const gone = data.leftOut;
  const are = (count) => (count === 1 ? "is" : "are");
  byId("note").hidden = gone.legs <= 0;
  byId("note").textContent = `Too large to draw whole: ${plural(gone.legs, "leg")}, the smallest or undisclosed, ${are(gone.legs)} left out${gone.parties > 0 ? `, and ${plural(gone.parties, "party")}` : ""}.`;
  const said = [];
  if (gone.loops > 0) said.push(`${plural(gone.loops, "more loop")} ${are(gone.loops)} not listed`);
  if (gone.more) said.push("the search for loops stopped at its limit");
  byId("unlisted").textContent = said.map((text) => `; ${text}`).join("");
}

byId("title").append(el("bdi", {}, about.title || about.name));
byId("graph").append(about.title ? el("bdi", {}, about.name) : "ledger", ` ${about.version || ""}`);
byId("lens").textContent = `Lens: ${about.lens}`;
readColours();
buildFilters();
buildTime();
wire();
leftOut();
recall();
resize();
document.body.dataset.ready = "1";
