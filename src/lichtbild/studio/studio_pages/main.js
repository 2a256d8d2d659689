// Main: what is open, and which hand moves what.

import { json } from "./api.js";
import { Bench } from "./bench.js";
import { controls, refresh } from "./controls.js";
import { exporting } from "./export.js";
import { fromHalf } from "./half.js";
import { changed, copy, developing } from "./recipe.js";
import { SCOPES, scope } from "./scopes.js";
import { Sheet } from "./sheet.js";
import { Stages } from "./stages.js";

const $ = (id) => document.getElementById(id);
const state = { photo: null, recipe: null, saved: null, usual: null, scope: "Histogram" };
let bench, sheet, stages, roll, looks;

const trouble = (error) => {
  if (error?.name === "AbortError") return;
  $("trouble").textContent = error?.message || String(error);
  $("trouble").hidden = false;
  clearTimeout(trouble.timer);
  trouble.timer = setTimeout(() => ($("trouble").hidden = true), 8000);
};
addEventListener("unhandledrejection", (event) => trouble(event.reason));

async function begin() {
  theme(localStorage.getItem("theme") || (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"));
  let fields;
  [roll, looks, fields] = await Promise.all([json("GET", "/api/roll"), json("GET", "/api/looks"), json("GET", "/api/form")]);
  bench = new Bench({ stage: $("stage"), shaded: $("shaded"), exact: $("exact"), told, drawn });
  stages = new Stages($("strip"));
  sheet = new Sheet($("prints"), roll.photos, open);
  $("look").append(...looks.map((look) => new Option(look.name, look.name)));
  $("reference").append(new Option("as saved", "saved"), new Option("as usual", "usual"), ...looks.map((look) => new Option(look.name, `look:${look.name}`)));
  controls($("form"), fields, () => state.recipe ?? {}, give);
  tabs();
  listen();
  const wanted = new URLSearchParams(location.search).get("photo");
  if (wanted && roll.photos.some((photo) => photo.id === wanted)) await open(wanted);
  else toSheet();
}

function toSheet() {
  $("sheet").hidden = false;
  $("bench").hidden = true;
  $("where").textContent = `${roll.name}: ${roll.photos.length} photographs`;
  const now = sheet.entries.get(state.photo?.id);
  (now?.made || $("prints").firstElementChild)?.querySelector("button").focus();
}

async function open(id) {
  $("sheet").hidden = true;
  $("bench").hidden = false;
  const told = await json("GET", `/api/photos/${id}`);
  Object.assign(state, { photo: told, recipe: told.recipe, saved: copy(told.recipe), usual: told.usual });
  $("where").textContent = [told.name, ...told.facts.map(([, words]) => words)].join(" · ");
  $("command").textContent = told.saved ? told.command : "";
  shown();
  $("stage").focus();
  await bench.show(id, state.recipe);
  await refer();
  if (!$("strip").hidden) fetchStages();
}

/** The fields, the look and its strength as the recipe has them. */
function shown() {
  refresh($("form"));
  const { look } = state.recipe;
  $("look").value = look.name;
  const known = looks.find((one) => one.name === look.name);
  $("look-words").textContent = known?.description ?? "a look of one's own";
  $("strength").disabled = known ? !known.strength : false;
  $("strength").value = 100 * look.strength;
  $("strength-told").textContent = `${Math.round(100 * look.strength)} %`;
  $("save").disabled = JSON.stringify(state.recipe) === JSON.stringify(state.saved);
  $("revert").disabled = $("save").disabled;
}

/** Another recipe: drawn at once where shading can, developed when the hand has let go. */
function give(recipe, ended = true) {
  state.recipe = recipe;
  shown();
  const alike = bench.main.recipe && developing(recipe) === developing(bench.main.recipe);
  if (ended || alike) bench.show(state.photo.id, recipe).catch(trouble);
  if (ended && !$("strip").hidden) fetchStages();
}

async function refer() {
  bench.compare = $("compare").value;
  $("divider").hidden = bench.compare !== "split";
  if (bench.compare === "none") return bench.refer(null);
  const chosen = $("reference").value;
  const recipe = chosen === "saved" ? state.saved : chosen === "usual" ? state.usual : changed(changed(state.recipe, "look.text", undefined), "look.name", chosen.slice(5));
  await bench.refer(chosen.startsWith("look:") ? suitable(recipe) : recipe);
}

/** A look without strengths has none but 1. */
function suitable(recipe) {
  const known = looks.find((look) => look.name === recipe.look.name);
  return known && !known.strength ? changed(recipe, "look.strength", 1) : recipe;
}

function told({ words, exact }) {
  const standing = $("standing");
  if (words !== undefined) standing.dataset.words = words;
  standing.textContent = standing.dataset.words || (exact ? "the picture" : "preview");
  standing.classList.toggle("exact", Boolean(exact));
}

async function drawn() {
  $("zoom").textContent = bench.view.fitting ? "1:1" : "Fit";
  const { split } = bench;
  Object.assign($("divider").style, { left: `${100 * split}%` });
  $("divider").setAttribute("aria-valuenow", Math.round(100 * split));
  clearTimeout(drawn.timer);
  drawn.timer = setTimeout(measure, 120);
}

async function measure() {
  const sample = await bench.sample();
  if (!sample) return;
  const { width, height, light, lightWidth, lightHeight } = sample;
  const scene = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 4 * (Math.floor(((height - 1 - y + 0.5) / height) * lightHeight) * lightWidth + Math.floor(((x + 0.5) / width) * lightWidth));
      for (let plane = 0; plane < 3; plane++) scene[3 * (y * width + x) + plane] = fromHalf(light[from + plane]);
    }
  scope($("scope"), state.scope, sample, scene);
}

function tabs() {
  const list = document.querySelector("#scopes [role=tablist]");
  for (const name of Object.keys(SCOPES)) {
    const tab = document.createElement("button");
    Object.assign(tab, { textContent: name, type: "button", role: "tab" });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", name === state.scope);
    tab.addEventListener("click", () => {
      state.scope = name;
      for (const one of list.children) one.setAttribute("aria-selected", one === tab);
      measure();
    });
    list.append(tab);
  }
}

function fetchStages() {
  return stages.fetch(state.photo.id, state.recipe, [bench.main.scene.width, bench.main.scene.height], bench.view.centre).catch(trouble);
}

const warn = (bit, button) => {
  bench.warn ^= bit;
  button.setAttribute("aria-pressed", Boolean(bench.warn & bit));
  bench.redraw();
};

const ACTIONS = {
  "to-sheet": toSheet,
  zoom: () => {
    bench.view.zoom(bench.view.fitting ? 1 : bench.view.fit);
    bench.redraw();
  },
  clipping: () => warn(1, $("clipping")),
  gamut: () => warn(2, $("gamut")),
  focus: () => warn(4, $("focus")),
  "to-stages": () => {
    $("strip").hidden = !$("strip").hidden;
    if (!$("strip").hidden) fetchStages();
  },
  "to-export": () => {
    const chosen = sheet.chosen.size ? [...sheet.chosen] : state.photo && !$("bench").hidden ? [state.photo.id] : roll.photos.map((photo) => photo.id);
    exporting($("export"), { folder: roll.export_to, chosen, total: roll.photos.length, all: chosen });
  },
  "to-keys": () => keys(),
  theme: () => theme(document.documentElement.dataset.theme === "light" ? "dark" : "light"),
  save: async () => {
    const { saved, command } = await json("PUT", `/api/photos/${state.photo.id}/edit`, { recipe: state.recipe });
    state.saved = copy(state.recipe);
    $("command").textContent = command;
    sheet.renew(state.photo.id, Boolean(saved));
    shown();
  },
  revert: () => give(copy(state.saved)),
  usual: async () => {
    await json("DELETE", `/api/photos/${state.photo.id}/edit`);
    sheet.renew(state.photo.id, false);
    state.saved = copy(state.usual);
    $("command").textContent = "";
    give(copy(state.usual));
  },
};

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
  $("theme").textContent = name === "light" ? "Dark" : "Light";
  bench?.redraw();
}

function step(by) {
  const at = roll.photos.findIndex((photo) => photo.id === state.photo?.id);
  const next = roll.photos[at + by];
  if (next) open(next.id).catch(trouble);
}

function turnLook(by) {
  const at = looks.findIndex((look) => look.name === state.recipe.look.name);
  takeLook(looks[(at + by + looks.length) % looks.length].name);
}

function takeLook(name) {
  give(suitable(changed(changed(state.recipe, "look.text", undefined), "look.name", name)));
}

function takeStrength(percent, ended) {
  give(changed(state.recipe, "look.strength", Math.min(Math.max(percent, 0), 150) / 100), ended);
}

const KEYS = {
  ArrowRight: ["next photograph", () => step(1)],
  ArrowLeft: ["photograph before", () => step(-1)],
  "]": ["next look", () => turnLook(1)],
  "[": ["look before", () => turnLook(-1)],
  "+": ["look stronger", () => takeStrength(100 * state.recipe.look.strength + 5, true)],
  "-": ["look weaker", () => takeStrength(100 * state.recipe.look.strength - 5, true)],
  c: ["next way to compare", () => {
    const select = $("compare");
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    refer().catch(trouble);
  }],
  "<": ["split to the left", () => splitAt(bench.split - 0.05)],
  ">": ["split to the right", () => splitAt(bench.split + 0.05)],
  h: ["pan left", () => pan(120, 0)],
  u: ["pan up", () => pan(0, 120)],
  n: ["pan down", () => pan(0, -120)],
  m: ["pan right", () => pan(-120, 0)],
  i: ["zoom in", () => zoomBy(1.25)],
  o: ["zoom out", () => zoomBy(0.8)],
  Escape: ["back to the contact sheet", toSheet],
};

function keys() {
  const rows = [...Object.entries(KEYS).map(([key, [words]]) => [key, words]), ...[...document.querySelectorAll("[data-key]")].map((button) => [button.dataset.key, button.textContent])];
  $("keys").innerHTML = "<form method=dialog><h2>Keys</h2><table></table><menu><button>Close</button></menu></form>";
  const table = $("keys").querySelector("table");
  for (const [key, words] of rows) {
    const row = table.insertRow();
    row.insertCell().textContent = key;
    row.insertCell().textContent = words;
  }
  $("keys").showModal();
}

const pan = (x, y) => (bench.view.move(x, y), bench.redraw());
const zoomBy = (factor, point) => (bench.view.zoom(bench.view.scale * factor, point), bench.redraw());
const splitAt = (share) => ((bench.split = Math.min(Math.max(share, 0), 1)), bench.redraw());

function hold(held) {
  if (bench.held === held || $("compare").value === "none") return;
  bench.held = held;
  $("hold").setAttribute("aria-pressed", held);
  bench.redraw();
}

function listen() {
  for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", () => Promise.resolve(action()).catch(trouble));
  $("home").addEventListener("click", (event) => (event.preventDefault(), toSheet()));
  $("look").addEventListener("change", () => takeLook($("look").value));
  $("strength").addEventListener("input", () => takeStrength(Number($("strength").value), false));
  $("strength").addEventListener("change", () => takeStrength(Number($("strength").value), true));
  for (const id of ["compare", "reference"]) $(id).addEventListener("change", () => refer().catch(trouble));
  $("hold").addEventListener("pointerdown", () => hold(true));
  for (const end of ["pointerup", "pointerleave"]) $("hold").addEventListener(end, () => hold(false));
  addEventListener("keydown", onKey);
  addEventListener("keyup", (event) => event.key === "b" && hold(false));
  pointer($("stage"));
  divider($("divider"));
}

function onKey(event) {
  const typing = event.target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.type === "range" && event.key.startsWith("Arrow")) return;
  if (event.key === "b") return void hold(true);
  const onBench = !$("bench").hidden;
  if (!onBench && event.key.startsWith("Arrow")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const action = button ? () => button.click() : onBench ? KEYS[event.key]?.[1] : null;
  if (!action) return;
  event.preventDefault();
  action();
}

function pointer(stage) {
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [(event.clientX - box.left) * devicePixelRatio, (event.clientY - box.top) * devicePixelRatio];
  };
  const down = new Map();
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 400), at(event));
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (event.target === $("divider")) return;
    down.set(event.pointerId, at(event));
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const now = at(event), before = down.get(event.pointerId);
    if (!before) return;
    if (down.size === 2) {
      const [other] = [...down].find(([id]) => id !== event.pointerId).slice(1);
      const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
      bench.view.zoom((bench.view.scale * apart(now, other)) / Math.max(apart(before, other), 1), other);
    } else bench.view.move(now[0] - before[0], now[1] - before[1]);
    down.set(event.pointerId, now);
    bench.redraw();
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, (event) => down.delete(event.pointerId));
  stage.addEventListener("dblclick", (event) => {
    bench.view.zoom(bench.view.fitting ? 1 : bench.view.fit, at(event));
    bench.redraw();
  });
}

function divider(handle) {
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = $("stage").getBoundingClientRect();
    splitAt((event.clientX - box.left) / box.width);
  });
  handle.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (!by) return;
    splitAt(bench.split + by);
    event.preventDefault();
    event.stopPropagation();
  });
}

begin().catch(trouble);
