// The picture: nodes, edges and options as pyvis gives them, drawn on a canvas. Nothing moves by itself.

const canvas = byId("canvas");
const pen = canvas.getContext("2d");
const nodes = net.nodes.map((node) => ({ x: node.x, y: node.y, r: node.size, label: String(node.label).trim(), colour: node.color }));
const edges = net.edges.map((edge) => ({
  from: edge.from, to: edge.to, width: edge.width, colour: edge.color.color || edge.color, dashes: edge.dashes, bend: edge.smooth.roundness,
}));
const dragNodes = net.options.interaction.dragNodes;
const camera = { k: 1, x: 0, y: 0, width: 0, height: 0 };
const colours = {};
let hovered = null;
let moved = false;

function readColours() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["ground", "ink", "muted", "line", "panel"]) colours[name] = style.getPropertyValue("--" + name).trim();
}

const across = (x) => x * camera.k + camera.x;
const along = (y) => y * camera.k + camera.y;
const radius = (node) => Math.max(2.6, node.r * Math.pow(camera.k, 0.75));
const thickness = (edge) => Math.max(0.8, edge.width * Math.pow(camera.k, 0.55));

// Ends and bend of an edge on the screen, from the rim of the payer's disc to that of the payee's.
function curve(edge) {
  const [a, b] = [nodes[edge.from], nodes[edge.to]];
  const [ax, ay, bx, by] = [across(a.x), along(a.y), across(b.x), along(b.y)];
  const [dx, dy] = [bx - ax, by - ay];
  const mx = (ax + bx) / 2 + dy * edge.bend;
  const my = (ay + by) / 2 - dx * edge.bend;
  const first = Math.hypot(mx - ax, my - ay) || 1;
  const last = Math.hypot(bx - mx, by - my) || 1;
  const [ra, rb] = [radius(a) + 1.5, radius(b) + 3];
  return {
    ax: ax + ((mx - ax) / first) * Math.min(ra, first), ay: ay + ((my - ay) / first) * Math.min(ra, first), mx, my,
    bx: bx - ((bx - mx) / last) * Math.min(rb, last), by: by - ((by - my) / last) * Math.min(rb, last),
    ux: (bx - mx) / last, uy: (by - my) / last,
  };
}

function pointOn(c, t) {
  const s = 1 - t;
  return [s * s * c.ax + 2 * s * t * c.mx + t * t * c.bx, s * s * c.ay + 2 * s * t * c.my + t * t * c.by];
}

function drawEdge(at, alpha, extra) {
  const edge = edges[at];
  const c = curve(edge);
  const width = thickness(edge) + extra;
  const head = 4.5 + width * 1.7;
  pen.globalAlpha = alpha;
  pen.strokeStyle = pen.fillStyle = now.ghosts[at] ? colours.muted : tone(edge.colour);
  pen.lineWidth = width;
  const mark = now.shown[at];
  const dashes = edge.dashes || (mark && mark[3] === null ? [5, 5] : []);
  pen.setLineDash(dashes);
  pen.lineCap = dashes.length && dashes[0] < 3 ? "round" : "butt";
  pen.beginPath();
  pen.moveTo(c.ax, c.ay);
  pen.quadraticCurveTo(c.mx, c.my, c.bx - c.ux * head * 0.8, c.by - c.uy * head * 0.8);
  pen.stroke();
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(c.bx, c.by);
  pen.lineTo(c.bx - c.ux * head - c.uy * head * 0.48, c.by - c.uy * head + c.ux * head * 0.48);
  pen.lineTo(c.bx - c.ux * head + c.uy * head * 0.48, c.by - c.uy * head - c.ux * head * 0.48);
  pen.fill();
  pen.globalAlpha = 1;
}

// The ground of each group of parties, and its name outside.
function drawZones() {
  pen.fillStyle = colours.ink;
  for (const zone of data.zones) {
    pen.beginPath();
    for (const [ring, way] of [[zone.outer, 1], [zone.inner, -1]])
      for (let n = 0; n <= 48; n += 1) {
        const angle = zone.start + (zone.end - zone.start) * (way > 0 ? n / 48 : 1 - n / 48);
        pen.lineTo(across(ring[0] * Math.cos(angle)), along(ring[1] * Math.sin(angle)));
      }
    pen.closePath();
    pen.globalAlpha = isDark() ? 0.045 : 0.032;
    pen.fill();
  }
  pen.globalAlpha = 1;
}

function zoneNames(boxes) {
  pen.font = `600 ${narrow() ? 9.5 : 11}px ${family}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = colours.muted;
  pen.letterSpacing = "0.08em";
  for (const zone of data.zones) {
    const text = zone.name.toUpperCase();
    const dots = zone.colours.length * 9 + 3;
    const half = (pen.measureText(text).width + dots) / 2;
    const place = zonePlace(zone, half, boxes);
    if (!place) continue;
    const [x, y] = place;
    boxes.push([x - half - 4, y - 9, x + half + 4, y + 9]);
    zone.colours.forEach((colour, at) => {
      pen.beginPath();
      pen.arc(x - half + 4 + at * 9, y - 0.5, 3.4, 0, 7);
      pen.fillStyle = tone(colour);
      pen.fill();
    });
    pen.fillStyle = colours.muted;
    pen.fillText(text, x + dots / 2, y);
  }
  pen.letterSpacing = "0px";
}

// Outside its zone, nearest to the middle of it, where nothing else stands.
function zonePlace(zone, half, boxes) {
  const middle = (zone.start + zone.end) / 2;
  for (const reach of [1, 1.07, 0.94, 1.14, 0.88])
    for (let n = 0; n <= 14; n += 1) {
      const angle = middle + ((zone.end - zone.start) / 2) * (n / 14) * (n % 2 ? 1 : -1);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const wanted = across(zone.outer[0] * c * reach) + c * half * 0.9;
      const x = Math.min(Math.max(wanted, half + 8), camera.width - half - 8);
      const y = Math.max(14, along(zone.outer[1] * s * reach) + s * 6);
      const box = [x - half - 6, y - 10, x + half + 6, y + 10];
      if (Math.abs(wanted - x) > 110 || box[3] > camera.height - 4 || (box[2] > camera.width - 54 && y < 130)) continue;
      if (!boxes.some((other) => meets(box, other)) && ![...now.seen].some((at) => meets(box, discOf(at)))) return [x, y];
    }
  return null;
}

function discOf(at) {
  const [x, y, r] = [across(nodes[at].x), along(nodes[at].y), radius(nodes[at]) * 0.92];
  return [x - r, y - r, x + r, y + r];
}

const family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif";
const narrow = () => camera.width < 520;
const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function fontOf(node, strong) {
  const size = (node.r >= 17 ? 13.5 : node.r >= 9 ? 12 : 11) * (narrow() ? 0.9 : 1) * Math.min(1.25, Math.max(1, camera.k * 0.9));
  return [size, `${strong || node.r >= 9 ? 600 : 400} ${size}px ${family}`];
}

// Names, the largest first, each below, above or beside its disc; one that finds no room is left out.
function drawNames(bright, boxes) {
  const order = nodes.map((_, at) => at).filter((at) => now.seen.has(at) || (bright && bright.parties.has(at)));
  const rank = (at) => (bright && bright.parties.has(at) ? 1e6 : 0) + (hovered && hovered.type === "party" && hovered.at === at ? 2e6 : 0) + nodes[at].r;
  order.sort((one, other) => rank(other) - rank(one) || one - other);
  const discs = order.filter((at) => radius(nodes[at]) > 4).map((at) => [at, discOf(at)]);
  pen.textBaseline = "middle";
  pen.textAlign = "center";
  pen.lineJoin = "round";
  for (const at of order) {
    const node = nodes[at];
    const strong = bright && bright.parties.has(at);
    const [size, font] = fontOf(node, strong);
    pen.font = font;
    const [x, y, r] = [across(node.x), along(node.y), radius(node)];
    if (x < -60 || y < -30 || x > camera.width + 60 || y > camera.height + 30) continue;
    const half = pen.measureText(node.label).width / 2 + 2;
    const tall = size * 0.62;
    if (bright && !strong && node.r < 12) continue;
    const tries = [[0, r + tall + 2], [0, -r - tall - 2], [r + half + 2, 0], [-r - half - 2, 0]];
    if (node.r >= 12) {
      tries.push(...[[1, 1], [-1, 1], [1, -1], [-1, -1]].map(([h, v]) => [h * (r * 0.75 + half), v * (r * 0.75 + tall)]));
      tries.push(...[2, 3].flatMap((far) => [[0, 1], [0, -1], [0.7, 1], [-0.7, 1], [0.7, -1], [-0.7, -1]].map(([h, v]) => [h * half, v * (r + tall * far + 2)])));
    }
    const fits = ([dx, dy], least) => {
      const box = [x + dx - half, y + dy - tall, x + dx + half, y + dy + tall];
      return box[0] > 1 && box[2] < camera.width - 1 && !boxes.some((other) => meets(box, other)) && !discs.some(([other, disc]) => other !== at && disc[2] - disc[0] > least && meets(box, disc));
    };
    const free = tries.find((place) => fits(place, 0)) || (node.r >= 12 || strong ? tries.find((place) => fits(place, 18)) || tries.find((place) => fits(place, 999)) : null);
    if (!free) continue;
    const [dx, dy] = free;
    boxes.push([x + dx - half, y + dy - tall, x + dx + half, y + dy + tall]);
    pen.globalAlpha = bright && !strong ? 0.35 : 1;
    pen.strokeStyle = colours.ground;
    pen.lineWidth = 3.5;
    pen.strokeText(node.label, x + dx, y + dy);
    pen.fillStyle = colours.ink;
    pen.fillText(node.label, x + dx, y + dy);
  }
  pen.globalAlpha = 1;
}

function drawNode(at, bright) {
  const node = nodes[at];
  const strong = bright && bright.parties.has(at);
  const [x, y, r] = [across(node.x), along(node.y), radius(node)];
  pen.globalAlpha = 1;
  pen.beginPath();
  pen.arc(x, y, r + 2, 0, 7);
  pen.fillStyle = colours.ground;
  pen.fill();
  pen.globalAlpha = bright && !strong ? 0.28 : 1;
  pen.beginPath();
  pen.arc(x, y, r, 0, 7);
  pen.fillStyle = tone(node.colour);
  pen.fill();
  if (state.chosen && state.chosen.type === "party" && state.chosen.at === at) {
    pen.beginPath();
    pen.arc(x, y, r + 4, 0, 7);
    pen.lineWidth = 2;
    pen.strokeStyle = colours.ink;
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

// The amount on each hop of a loop, on the leg that carries most.
function drawAmounts(bright, boxes) {
  if (!bright.route) return;
  pen.font = `600 11.5px ${family}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  bright.route.best.hops.forEach((hop) => {
    const at = hop.filter((leg) => now.counted[leg]).sort((one, other) => (now.counted[other][3] ?? -1) - (now.counted[one][3] ?? -1))[0];
    if (at === undefined) return;
    const text = isFlow(legs[at]) ? money(now.counted[at][3]) : kindOf(legs[at]).noun;
    const half = pen.measureText(text).width / 2 + 7;
    const c = curve(edges[at]);
    const box = ([x, y]) => [x - half, y - 10, x + half, y + 10];
    const clear = (spot) => !boxes.some((other) => meets(box(spot), other)) && ![...bright.parties].some((party) => meets(box(spot), discOf(party)));
    const offsets = [0, 17, -17, 32, -32].flatMap((off) => [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map((t) => [t, off]));
    const spots = offsets.map(([t, off]) => {
      const [x, y] = pointOn(c, t);
      return [x - c.uy * off, y + c.ux * off];
    });
    const place = spots.find(clear) || spots[0];
    const [x, y] = place;
    boxes.push([x - half, y - 10, x + half, y + 10]);
    pen.beginPath();
    pen.roundRect(x - half, y - 10, half * 2, 20, 10);
    pen.fillStyle = colours.panel;
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = tone(edges[at].colour);
    pen.stroke();
    pen.fillStyle = colours.ink;
    pen.fillText(text, x, y + 0.5);
  });
}

// Beads that run from payer to payee along what is brought out.
function drawBeads(bright, time) {
  const many = bright.legs.size > 40;
  for (const at of many ? [] : bright.legs) {
    if (!now.shown[at] || !isFlow(legs[at]) || (bright.route && !bright.best.has(at))) continue;
    const c = curve(edges[at]);
    const length = Math.hypot(c.mx - c.ax, c.my - c.ay) + Math.hypot(c.bx - c.mx, c.by - c.my);
    const count = Math.max(1, Math.round(length / 70));
    pen.strokeStyle = tone(edges[at].colour);
    pen.fillStyle = colours.panel;
    pen.lineWidth = 1.6;
    for (let n = 0; n < count; n += 1) {
      const [x, y] = pointOn(c, (n / count + ((time / 1000) * 38) / length) % 1);
      pen.beginPath();
      pen.arc(x, y, Math.min(4, 2.2 + thickness(edges[at]) * 0.25), 0, 7);
      pen.fill();
      pen.stroke();
    }
  }
}

function draw(time = 0) {
  if (!now || !camera.width) return;
  const bright = brought() || (hovered && brought(hovered));
  const ratio = canvas.width / camera.width;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = colours.ground;
  pen.fillRect(0, 0, camera.width, camera.height);
  drawZones();
  const plain = edges.map((_, at) => at).filter((at) => now.shown[at]);
  plain.sort((one, other) => now.looped.has(one) - now.looped.has(other) || edges[other].width - edges[one].width || one - other);
  for (const at of plain) {
    if (bright && bright.legs.has(at)) continue;
    const priced = !isFlow(legs[at]) || now.shown[at][3] !== null;
    const strength = now.ghosts[at] ? 0.4 : now.looped.has(at) ? (priced ? 0.8 : 0.55) : priced ? 0.27 : 0.2;
    drawEdge(at, bright ? Math.min(state.chosen ? 0.07 : 0.14, strength) : strength, 0);
  }
  if (bright) for (const at of plain) if (bright.legs.has(at)) drawEdge(at, bright.route && !bright.best.has(at) ? 0.45 : 0.95, bright.best.has(at) ? 1.2 : 0.2);
  for (const at of [...now.seen].sort((one, other) => nodes[one].r - nodes[other].r)) drawNode(at, bright);
  const boxes = [];
  if (bright && !quiet.matches && state.chosen) drawBeads(bright, time);
  if (bright && bright.route) drawAmounts(bright, boxes);
  drawNames(bright, boxes);
  if (!bright) zoneNames(boxes);
  Object.assign(canvas.dataset, { k: camera.k.toFixed(5), x: camera.x.toFixed(2), y: camera.y.toFixed(2), bright: bright ? [...bright.legs].sort((a, b) => a - b).join(",") : "" });
}

// One frame when something changed; frame after frame only while a loop's beads run.
let asked = 0;
let wanted = false;
let drawnAt = 0;
function redraw() {
  wanted = true;
  if (!asked) asked = requestAnimationFrame(frame);
}

function frame(time) {
  asked = 0;
  if (wanted || time - drawnAt > 30) {
    wanted = false;
    drawnAt = time;
    draw(time);
  }
  if (state.chosen && !quiet.matches && !document.hidden && brought()) asked = asked || requestAnimationFrame(frame);
}

function resize() {
  const box = byId("stage").getBoundingClientRect();
  if (!box.width || !box.height) return;
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  const [wide, high] = [camera.width, camera.height];
  Object.assign(camera, { width: box.width, height: box.height });
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  if (!moved) fit(false);
  else if (wide) Object.assign(camera, { x: camera.x + (box.width - wide) / 2, y: camera.y + (box.height - high) / 2 });
  draw();
}

// Bring some parties, or all that are seen, into the frame.
function fit(slowly = true, some = null) {
  const chosen = [...(some || (now && now.seen.size ? now.seen : nodes.keys()))].map((at) => nodes[at]);
  if (!chosen.length || !camera.width) return;
  const [side, head, foot] = narrow() ? [22, 22, 22] : [54, 50, 40];
  const left = Math.min(...chosen.map((n) => n.x - n.r));
  const right = Math.max(...chosen.map((n) => n.x + n.r));
  const top = Math.min(...chosen.map((n) => n.y - n.r));
  const bottom = Math.max(...chosen.map((n) => n.y + n.r));
  const room = [camera.width - 2 * side, camera.height - head - foot];
  const k = Math.min(some ? (narrow() ? 0.6 : 0.9) : 2, room[0] / Math.max(1, right - left), room[1] / Math.max(1, bottom - top));
  const goal = { k, x: camera.width / 2 - ((left + right) / 2) * k, y: head + room[1] / 2 - ((top + bottom) / 2) * k };
  glide(goal, slowly);
}

let gliding = 0;
function glide(goal, slowly) {
  cancelAnimationFrame(gliding);
  const from = { ...camera };
  if (!slowly || quiet.matches) {
    Object.assign(camera, goal);
    redraw();
    return;
  }
  const begun = performance.now();
  const step = (time) => {
    const share = Math.min(1, Math.max(0, (time - begun) / 380));
    const eased = 1 - Math.pow(1 - share, 3);
    for (const key of ["k", "x", "y"]) camera[key] = from[key] + (goal[key] - from[key]) * eased;
    draw(time);
    if (share < 1) gliding = requestAnimationFrame(step);
    else redraw();
  };
  gliding = requestAnimationFrame(step);
}

function zoomAt(x, y, factor) {
  const k = Math.min(6, Math.max(0.08, camera.k * factor));
  Object.assign(camera, { k, x: x - ((x - camera.x) / camera.k) * k, y: y - ((y - camera.y) / camera.k) * k });
  moved = true;
  redraw();
}

// What lies under a point: a party, else a leg within a few pixels.
function under(x, y, reach = 6) {
  let best = null;
  for (const at of now.seen) {
    const gap = Math.hypot(across(nodes[at].x) - x, along(nodes[at].y) - y) - radius(nodes[at]);
    if (gap < reach && (!best || gap < best.gap)) best = { type: "party", at, gap };
  }
  if (best) return best;
  const bright = brought();
  for (let at = 0; at < edges.length; at += 1) {
    if (!now.shown[at] || (bright && !bright.legs.has(at))) continue;
    const c = curve(edges[at]);
    if (x < Math.min(c.ax, c.mx, c.bx) - reach || x > Math.max(c.ax, c.mx, c.bx) + reach) continue;
    if (y < Math.min(c.ay, c.my, c.by) - reach || y > Math.max(c.ay, c.my, c.by) + reach) continue;
    for (let n = 0; n < 32; n += 1) {
      const gap = segment(x, y, pointOn(c, n / 32), pointOn(c, (n + 1) / 32));
      if (gap < reach && (!best || gap < best.gap)) best = { type: "leg", at, gap };
    }
  }
  return best;
}

function segment(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(ax + share * dx - x, ay + share * dy - y);
}

function tell(hit, x, y) {
  const tip = byId("tip");
  tip.hidden = !hit;
  if (!hit) return;
  tip.replaceChildren(...(hit.type === "party" ? partyTip(hit.at) : legTip(hit.at)));
  const [wide, high] = [tip.offsetWidth, tip.offsetHeight];
  tip.style.left = `${Math.max(4, Math.min(x + 14, camera.width - wide - 6))}px`;
  tip.style.top = `${y + 16 + high > camera.height ? Math.max(4, y - high - 10) : y + 16}px`;
}

function partyTip(at) {
  const { paid, received, out, in: into } = turnover(at);
  return [el("b", {}, nameOf(at)), el("span", {}, words.partyKinds[parties[at].kind].noun), el("span", {}, `pays ${sumOf(paid, out)} · receives ${sumOf(received, into)}`)];
}

function legTip(at) {
  const leg = legs[at];
  const mark = now.shown[at];
  return [
    el("b", {}, nameOf(leg.payer), " → ", nameOf(leg.payee)), el("span", {}, kindOf(leg).noun),
    el("span", {}, `${money(mark[3])} · ${statusWords[mark[1]]}${mark[2] ? "" : ", does not count"}`),
  ];
}

// Mouse, pen and fingers: drag the ground or a party, pinch, click to choose.
const fingers = new Map();
let press = null;

function spot(event) {
  const box = canvas.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

canvas.addEventListener("pointerdown", (event) => {
  const [x, y] = spot(event);
  fingers.set(event.pointerId, [x, y]);
  canvas.setPointerCapture(event.pointerId);
  cancelAnimationFrame(gliding);
  const hit = under(x, y, event.pointerType === "mouse" ? 6 : 14);
  press = fingers.size === 1 ? { x, y, hit, far: false } : null;
  tell(null);
});

canvas.addEventListener("pointermove", (event) => {
  const [x, y] = spot(event);
  if (!fingers.has(event.pointerId)) {
    const hit = under(x, y);
    const same = hit && hovered && hit.type === hovered.type && hit.at === hovered.at;
    canvas.style.cursor = hit ? "pointer" : "grab";
    tell(hit, x, y);
    if (!same && (hit || hovered)) {
      hovered = hit;
      redraw();
    }
    return;
  }
  const before = fingers.get(event.pointerId);
  fingers.set(event.pointerId, [x, y]);
  if (fingers.size === 2) {
    const [one, other] = [...fingers.values()];
    const rest = one[0] === x && one[1] === y ? other : one;
    const spread = Math.hypot(x - rest[0], y - rest[1]) / (Math.hypot(before[0] - rest[0], before[1] - rest[1]) || 1);
    zoomAt((x + rest[0]) / 2, (y + rest[1]) / 2, spread);
    camera.x += (x - before[0]) / 2;
    camera.y += (y - before[1]) / 2;
  } else if (press) {
    press.far = press.far || Math.hypot(x - press.x, y - press.y) > 4;
    if (!press.far) return;
    if (dragNodes && press.hit && press.hit.type === "party") {
      nodes[press.hit.at].x += (x - before[0]) / camera.k;
      nodes[press.hit.at].y += (y - before[1]) / camera.k;
    } else {
      camera.x += x - before[0];
      camera.y += y - before[1];
      moved = true;
    }
  }
  redraw();
});

function lift(event) {
  fingers.delete(event.pointerId);
  if (press && !press.far && event.type === "pointerup") choose(press.hit && { type: press.hit.type, at: press.hit.at });
  press = null;
}

canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("pointerleave", () => {
  hovered = null;
  tell(null);
  redraw();
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const [x, y] = spot(event);
  zoomAt(x, y, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
}, { passive: false });

canvas.addEventListener("keydown", (event) => {
  const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  if (steps[event.key]) {
    camera.x += steps[event.key][0];
    camera.y += steps[event.key][1];
    moved = true;
    redraw();
  } else if (event.key === "+" || event.key === "=") zoomAt(camera.width / 2, camera.height / 2, 1.25);
  else if (event.key === "-") zoomAt(camera.width / 2, camera.height / 2, 0.8);
  else if (event.key === "0") {
    moved = false;
    fit();
  } else return;
  event.preventDefault();
});
