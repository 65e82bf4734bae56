"use strict";
// Words and small parts. Text of the data becomes text nodes only; there is no markup from data anywhere.

const data = JSON.parse(document.getElementById("data").textContent);
const { about, words, days, parties, legs, deals, sources, net } = data;
const lastStep = Math.max(0, days.length - 1);
const byId = (id) => document.getElementById(id);

// One element; `props` are attributes, `on…` are handlers, and children are elements or plain text.
function el(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") Object.assign(node.style, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}

// A name keeps its own writing direction and cannot turn that of its neighbours.
const nameOf = (party) => el("bdi", {}, parties[party].name);

function link(source) {
  const label = source.publisher || "source";
  if (!source.url || !/^https?:\/\//i.test(source.url)) return el("b", {}, el("bdi", {}, label));
  return el("a", { href: source.url, rel: "noopener noreferrer nofollow", target: "_blank" }, el("bdi", {}, label), el("span", { class: "out", "aria-hidden": "true" }, " ↗"));
}

const signs = { USD: "$", EUR: "€", GBP: "£", JPY: "¥" };
const unit = signs[about.currency] || about.currency + " ";

// $6.3bn: three digits, as the command line writes it.
function money(amount, undisclosed = "undisclosed") {
  if (amount === null || amount === undefined) return undisclosed;
  const size = Math.abs(amount);
  const sign = (amount < 0 ? "−" : "") + unit;
  for (const [step, suffix] of [[1e12, "tn"], [1e9, "bn"], [1e6, "m"], [1e3, "k"]])
    if (size >= step * 0.9995) return sign + three(size / step) + suffix;
  return sign + three(size);
}

function three(value) {
  const text = value.toFixed(value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// Low, point and high of an amount, each of which may be missing.
function range(bounds) {
  if (!bounds) return "undisclosed";
  const [low, point, high] = bounds;
  if (low === point && point === high) return money(point);
  const outer = low !== null && high !== null ? `${money(low)} to ${money(high)}` : low !== null ? `at least ${money(low)}` : high !== null ? `up to ${money(high)}` : "";
  return point === null ? outer : outer ? `${money(point)} (${outer})` : money(point);
}

function plural(count, noun, many) {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : many || (/[^aeiou]y$/.test(noun) ? noun.slice(0, -1) + "ies" : noun + "s")}`;
}

const statusWords = {
  rumoured: "rumoured", announced: "announced", committed: "committed", partly_paid: "partly paid", paid: "paid",
  cancelled: "cancelled", superseded: "superseded", expired: "expired", in_parts: "counted through its parts",
};
const tierWords = { filing: "filing", company: "company statement", press: "press, original", relayed: "press, relayed", claim: "claim" };
const tiers = Object.keys(tierWords);
/** How far a statement is from its fact: what is only retold is relayed at best. */
const distanceOf = (item) => Math.max(tiers.indexOf(sources[item.source].tier), item.retold ? tiers.indexOf("relayed") : 0);
const familyWords = { financing: "Financing", commercial: "Purchases", credit_support: "Support", holding: "Holdings", other: "Other" };
const linkWords = {
  consideration_for: "is given for", earmarked_for: "is earmarked for", in_kind_pair: "is the other half of",
  vests_on: "vests on", guarantees: "guarantees", supersedes: "replaces",
};

const kindOf = (leg) => words.kinds[leg.kind];
const isFlow = (leg) => kindOf(leg).flow;
const isCash = (leg) => (leg.cash === undefined ? kindOf(leg).cash : leg.cash);
const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

const quiet = window.matchMedia("(prefers-reduced-motion: reduce)");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => document.documentElement.dataset.print === undefined && (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";

// A table colour as it reads on the page's ground: lighter in the dark.
const tones = new Map();
function tone(colour, night = isDark()) {
  if (!night || !/^#[0-9a-f]{6}$/i.test(colour)) return colour;
  if (!tones.has(colour)) {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    tones.set(colour, "#" + parts.map((part) => Math.round(part + (255 - part) * 0.42).toString(16).padStart(2, "0")).join(""));
  }
  return tones.get(colour);
}
