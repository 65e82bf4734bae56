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
  pen.strokeStyle = pen.fillStyle = tone(edge.colour);
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

function drawZones() {
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  for (const zone of zones) {
    pen.beginPath();
    const steps = 40;
    for (const [ring, way] of [[zone.outer, 1], [zone.inner, -1]])
      for (let n = 0; n <= steps; n += 1) {
        const share = way > 0 ? n / steps : 1 - n / steps;
        const angle = zone.start + (zone.end - zone.start) * share;
        pen.lineTo(across(ring[0] * Math.cos(angle)), along(ring[1] * Math.sin(angle)));
      }
    pen.closePath();
    pen.globalAlpha = isDark() ? 0.05 : 0.035;
    pen.fillStyle = colours.ink;
    pen.fill();
    pen.globalAlpha = 1;
  }
}
