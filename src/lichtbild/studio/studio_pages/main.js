// Main: what is open, and which hand moves what.

import { json } from "./api.js";
import { Bench } from "./bench.js";
import { Camera, list } from "./camera.js";
import { controls, refresh, refreshOne } from "./controls.js";
import { Crop } from "./crop.js";
import { exporting } from "./export.js";
import { onDivider, onStage } from "./hand.js";
import { keyboard, showKeys } from "./keys.js";
import { changed, copy, developing } from "./recipe.js";
import { measured, nextScope, scopeTabs } from "./scope_panel.js";
import { Sheet } from "./sheet.js";
import { Stages } from "./stages.js";

const $ = (id) => document.getElementById(id);
const state = { photo: null, recipe: null, saved: null, usual: null, picking: false };
let bench, sheet, stages, camera, crop, roll, looks;

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
  sheet = new Sheet($("prints"), roll.photos, (id) => open(id).catch(trouble));
  bench = new Bench({ stage: $("stage"), shaded: $("shaded"), exact: $("exact"), told, drawn });
  $("stage").bench = bench; // for whoever measures how long a drawing takes
  stages = new Stages($("strip"), $("stage-picture"));
  camera = new Camera($("camera"));
  crop = new Crop($("crop"), bench, cropped);
  $("look").append(...looks.map((look) => new Option(look.name, look.name)));
  $("reference").append(new Option("as saved", "saved"), new Option("as usual", "usual"), ...looks.map((look) => new Option(look.name, `look:${look.name}`)));
  controls($("form"), fields, () => state.recipe ?? {}, give, metered);
  scopeTabs(bench);
  listen();
  const wanted = new URLSearchParams(location.search).get("photo");
  if (wanted && roll.photos.some((photo) => photo.id === wanted)) await open(wanted, false);
  else toSheet(false);
  performance.mark("usable");
}

function toSheet(push = true) {
  if (push && document.body.dataset.at === "bench") history.pushState(null, "", location.pathname);
  document.body.dataset.at = "sheet";
  $("sheet").hidden = false;
  $("bench").hidden = true;
  $("where").textContent = `${roll.name}: ${roll.photos.length} photograph${roll.photos.length > 1 ? "s" : ""}`;
  const now = sheet.entries.get(state.photo?.id);
  (now?.made || $("prints").firstElementChild)?.querySelector("button").focus();
}

async function open(id, push = true) {
  const wanted = (open.wanted = Symbol(id));
  $("where").textContent = "opening …";
  let told;
  try {
    told = await json("GET", `/api/photos/${id}`);
  } catch (error) {
    if (document.body.dataset.at !== "bench") toSheet(false);
    else $("where").textContent = state.photo?.name ?? "";
    throw error;
  }
  if (open.wanted !== wanted) return;
  if (push) history.pushState(null, "", `?photo=${id}`);
  document.body.dataset.at = "bench";
  $("sheet").hidden = true;
  $("bench").hidden = false;
  crop.end(false);
  Object.assign(state, { photo: told, recipe: told.recipe, saved: copy(told.recipe), usual: told.usual });
  $("where").textContent = told.name;
  $("file").querySelector("dl").replaceWith(list([["name", told.name], ["size", `${told.size[0]} x ${told.size[1]} stored`], ...told.facts]));
  $("command").textContent = told.saved ? told.command : "";
  shown();
  $("stage").focus({ preventScroll: true });
  camera.show(id).catch(trouble);
  await bench.show(id, state.recipe);
  shown();
  await refer();
  if (stages.open) fetchStages();
}

/** The fields, the look and its strength as the recipe has them. */
function shown() {
  refresh($("form"), state.photo.raw);
  const { look } = state.recipe;
  $("look").value = look.text ? "" : look.name;
  const known = look.text ? null : looks.find((one) => one.name === look.name);
  $("look-words").textContent = known?.description ?? "a look of one's own";
  $("strength").disabled = known ? !known.strength : false;
  shownStrength();
  changes();
}

function shownStrength() {
  const percent = Math.round(100 * state.recipe.look.strength);
  if (Number($("strength").value) !== percent) $("strength").value = percent;
  $("strength-told").textContent = `${percent} %`;
}

function changes() {
  $("save").disabled = $("revert").disabled = same(state.recipe, state.saved);
}

const same = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (table) =>
  table && typeof table === "object" && !Array.isArray(table)
    ? Object.fromEntries(Object.keys(table).sort().filter((key) => table[key] !== undefined).map((key) => [key, sorted(table[key])]))
    : table;

/** Another recipe: drawn at once where shading can, developed when the hand has let go. */
function give(recipe, ended = true, path = "") {
  state.recipe = recipe;
  if (ended) shown();
  else if (path === "look.strength") shownStrength();
  else refreshOne($("form"), path);
  if (!ended && path === "develop.exposure.ev") return bench.slide(recipe);
  const alike = bench.main.recipe && developing(recipe) === developing(bench.main.recipe);
  if (!ended && !alike) return;
  changes();
  bench.show(state.photo.id, crop.open ? uncropped(recipe) : recipe).then(() => ended && shown(), trouble);
  if (ended && stages.open) fetchStages();
}

/** Exposure that is metered, as a recipe would ask for it. */
function metered() {
  const { scene, shadedEv } = bench?.main ?? {};
  return scene ? scene.ev + (shadedEv ?? 0) - scene.zeroEv : 0;
}

async function refer() {
  bench.compare = $("compare").value;
  $("divider").hidden = bench.compare !== "split";
  if (bench.compare === "none" && !bench.held) return bench.refer(null);
  const chosen = $("reference").value;
  const recipe = chosen === "saved" ? state.saved : chosen === "usual" ? state.usual : changed(changed(state.recipe, "look.text", undefined), "look.name", chosen.slice(5));
  // What is compared shows the same part of the photograph.
  const framed = { ...recipe, geometry: state.recipe.geometry };
  await bench.refer(chosen.startsWith("look:") ? suitable(framed) : framed);
}

/** A look without strengths has none but 1. */
function suitable(recipe) {
  const known = looks.find((look) => look.name === recipe.look.name);
  return known && !known.strength ? changed(recipe, "look.strength", 1) : recipe;
}

function told({ words, exact }) {
  const standing = $("standing");
  if (words !== undefined) standing.dataset.words = words;
  const now = standing.dataset.words || (exact ? "the picture" : bench?.shader.blind ? "no WebGL2: the picture follows when hands rest" : "preview");
  if (standing.textContent === now) return void standing.classList.toggle("exact", Boolean(exact));
  standing.textContent = now;
  if (state.photo) refreshOne($("form"), "develop.exposure.ev"); // what was metered
  standing.classList.toggle("exact", Boolean(exact));
}

function drawn() {
  const words = bench.view.fitting ? "1:1" : "Fit";
  if ($("zoom").textContent !== words) $("zoom").textContent = words;
  if (!$("divider").hidden) {
    $("divider").style.left = `${100 * bench.split}%`;
    $("divider").setAttribute("aria-valuenow", Math.round(100 * bench.split));
  }
  crop.place();
  measured(bench);
}

function fetchStages() {
  return stages.fetch(state.photo.id, state.recipe, [bench.main.scene.width, bench.main.scene.height], bench.view.centre).catch(trouble);
}

const press = (id, pressed) => $(id).setAttribute("aria-pressed", Boolean(pressed));

const warn = (bit, id) => {
  bench.warn ^= bit;
  press(id, bench.warn & bit);
  bench.redraw();
};

const ACTIONS = {
  "to-sheet": () => toSheet(),
  zoom: () => toggleZoom(),
  clipping: () => warn(1, "clipping"),
  gamut: () => warn(2, "gamut"),
  focus: () => warn(4, "focus"),
  "to-stages": () => {
    if (stages.open) stages.close();
    else {
      $("strip").hidden = false;
      fetchStages();
    }
    press("to-stages", stages.open);
  },
  "to-camera": () => {
    $("camera").hidden = !$("camera").hidden;
    press("to-camera", camera.open);
    if (camera.open) $("camera").scrollIntoView({ block: "nearest" });
    return camera.show(state.photo.id);
  },
  "to-export": () => {
    const one = document.body.dataset.at === "bench" && state.photo ? [state.photo.id] : [];
    const ids = sheet.chosen.size ? [...sheet.chosen] : one;
    const first = async () => void (one.length && !$("save").disabled && ids.includes(one[0]) && (await save()));
    exporting($("export"), { folder: roll.export_to, ids, total: roll.photos.length, first });
  },
  "to-keys": () => showKeys($("keys")),
  theme: () => theme(document.documentElement.dataset.theme === "light" ? "dark" : "light"),
  save: () => save(),
  revert: () => give(copy(state.saved)),
  usual: async () => {
    await json("DELETE", `/api/photos/${state.photo.id}/edit`);
    sheet.renew(state.photo.id, false);
    state.saved = copy(state.usual);
    $("command").textContent = "";
    give(copy(state.usual));
  },
  pick: () => picks(!state.picking),
  "draw-crop": () => (crop.open ? crop.end(true) : drawCrop()),
};

async function save() {
  const recipe = copy(state.recipe), { id } = state.photo;
  const { saved, command } = await json("PUT", `/api/photos/${id}/edit`, { recipe });
  sheet.renew(id, Boolean(saved));
  if (state.photo.id !== id) return;
  state.saved = recipe;
  $("command").textContent = command;
  changes();
}

function theme(name) {
  document.documentElement.dataset.theme = name;
  localStorage.setItem("theme", name);
  const words = name === "light" ? "dark room" : "light room";
  $("theme").setAttribute("aria-label", words);
  $("theme").title = `${words} (d)`;
  $("theme").dataset.words = "dark or light room";
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
  if ($("strength").disabled) return;
  give(changed(state.recipe, "look.strength", Math.min(Math.max(percent, 0), 150) / 100), ended, "look.strength");
}

function picks(picking) {
  state.picking = picking;
  $("stage").classList.toggle("picking", picking);
  told({ words: picking ? "click on what is grey; w picks the middle, escape nothing" : "", exact: bench.covered });
}

/** White is picked, or the image of a point asked for, at a point of the stage. */
function clicked(point) {
  const place = bench.view.place(point);
  if (!place.every((share) => share >= 0 && share <= 1)) return;
  if (!state.picking) return camera.point(bench.main.scene, place).catch(trouble);
  picks(false);
  const balance = { method: "picked", place: place.map((share) => Math.round(1e4 * share) / 1e4), tint: state.recipe.develop.white_balance.tint };
  give(changed(state.recipe, "develop.white_balance", balance));
}

const uncropped = (recipe) => changed(recipe, "geometry.crop", [0, 0, 1, 1]);

async function drawCrop() {
  bench.view.fitting = true;
  await bench.show(state.photo.id, uncropped(state.recipe));
  bench.redraw();
  crop.start(state.recipe.geometry?.crop);
}

function cropped(box) {
  if (document.body.dataset.at !== "bench") return;
  $("stage").focus({ preventScroll: true });
  bench.view.fitting = true;
  give(box ? changed(state.recipe, "geometry.crop", box) : state.recipe);
}

const pan = (x, y) => (bench.view.move(x, y), bench.redraw());
const zoomBy = (factor, point) => (bench.view.zoom(bench.view.scale * factor, point), bench.redraw());
const splitAt = (share) => ((bench.split = Math.min(Math.max(share, 0), 1)), bench.redraw());
const toggleZoom = (point) => (bench.view.zoom(bench.view.fitting ? 1 : bench.view.fit, point), bench.redraw());
const middle = () => [$("shaded").width / 2, $("shaded").height / 2];

function escape() {
  if (crop.open) crop.end(false);
  else if (state.picking) picks(false);
  else if (stages.open) ACTIONS["to-stages"]();
  else toSheet();
}

const KEYS = {
  ArrowRight: ["next photograph", () => step(1)],
  ArrowLeft: ["photograph before", () => step(-1)],
  "]": ["next look", () => turnLook(1)],
  "[": ["look before", () => turnLook(-1)],
  "+": ["look stronger", () => takeStrength(100 * state.recipe.look.strength + 5, true)],
  "-": ["look weaker", () => takeStrength(100 * state.recipe.look.strength - 5, true)],
  c: ["next way to compare", () => {
    $("compare").selectedIndex = ($("compare").selectedIndex + 1) % $("compare").options.length;
    refer().catch(trouble);
  }],
  v: ["next to compare with", () => {
    $("reference").selectedIndex = ($("reference").selectedIndex + 1) % $("reference").options.length;
    refer().catch(trouble);
  }],
  q: ["next scope", nextScope],
  "<": ["split to the left", () => splitAt(bench.split - 0.05)],
  ">": ["split to the right", () => splitAt(bench.split + 0.05)],
  h: ["pan left", () => pan(120, 0)],
  u: ["pan up", () => pan(0, 120)],
  n: ["pan down", () => pan(0, -120)],
  m: ["pan right", () => pan(-120, 0)],
  i: ["zoom in", () => zoomBy(1.25)],
  o: ["zoom out", () => zoomBy(0.8)],
  w: ["pick the grey place, on the second press in the middle", () => (state.picking ? clicked(middle()) : picks(true))],
  p: ["image of a point in the middle", () => camera.point(bench.main.scene, bench.view.place(middle())).catch(trouble)],
  Escape: ["back", escape],
};

/** The other is shown while a key or button is held; as saved where nothing is compared. */
async function hold(held) {
  if (bench.held === held) return;
  bench.held = held;
  press("hold", held);
  if ($("compare").value === "none") await refer();
  bench.redraw();
}

function read(point) {
  const found = point && bench.reading(point);
  const words = [];
  if (found) {
    const { place, codes, light } = found, { width, height } = bench.main.scene;
    words.push(`${Math.floor(place[0] * width)}, ${Math.floor(place[1] * height)}`);
    if (codes) words.push([...codes.slice(0, 3)].map((code) => String(code).padStart(3)).join(" "));
    if (light) {
      const luminance = 0.2627 * light[0] + 0.678 * light[1] + 0.0593 * light[2], ev = Math.log2(Math.max(luminance, 1e-6) / 0.18);
      words.push(`${ev < 0 ? "−" : "+"}${Math.abs(ev).toFixed(2)} EV${light[3] > 0.5 ? ", full" : ""}`);
    }
  }
  $("reading").textContent = words.join("   ");
}

function listen() {
  for (const [id, action] of Object.entries(ACTIONS)) $(id).addEventListener("click", () => Promise.resolve().then(action).catch(trouble));
  $("home").addEventListener("click", (event) => (event.preventDefault(), toSheet()));
  $("look").addEventListener("change", () => takeLook($("look").value));
  $("strength").addEventListener("input", () => takeStrength(Number($("strength").value), false));
  $("strength").addEventListener("change", () => takeStrength(Number($("strength").value), true));
  for (const id of ["compare", "reference"]) $(id).addEventListener("change", () => refer().catch(trouble));
  $("hold").addEventListener("pointerdown", () => hold(true).catch(trouble));
  for (const end of ["pointerup", "pointerleave"]) $("hold").addEventListener(end, () => hold(false).catch(trouble));
  addEventListener("popstate", () => {
    const wanted = new URLSearchParams(location.search).get("photo");
    if (wanted) open(wanted, false).catch(trouble);
    else toSheet(false);
  });
  keyboard(KEYS, (held) => hold(held).catch(trouble));
  onStage($("stage"), { pan, zoom: zoomBy, toggle: toggleZoom, click: clicked, over: read });
  onDivider($("divider"), $("stage"), { move: splitAt, by: (share) => splitAt(bench.split + share) });
}

begin().catch(trouble);
