// Controls: every parameter of a recipe as a field, drawn from what the program tells of them.

import { changed, get } from "./recipe.js";

const WORDS = {
  develop: "Development", "develop.corrections": "Corrections of the file", "develop.defects": "Defects",
  "develop.denoise": "Noise", "develop.white_balance": "White balance", "develop.demosaic": "Demosaic",
  "develop.highlights": "Highlights", "develop.exposure": "Exposure", "develop.deblur": "Deblur",
  look: "Look", geometry: "Geometry", output: "File",
};
const ORDER = ["develop.exposure", "develop.white_balance", "look", "geometry", "develop.denoise", "develop.highlights", "develop.deblur"];
const OPEN = ["develop.exposure", "develop.white_balance"];
const LABELS = {
  "develop.white_balance.kelvin": "temperature", "develop.white_balance.place": "grey place", "develop.scale": "enlarge",
  "look.person_strength": "strength on people", "geometry.quarter_turns": "quarter turns", "geometry.straighten_deg": "straighten",
};
const TOOLS = { "develop.white_balance.place": ["Pick", "pick", "w"], "geometry.crop": ["Draw", "draw-crop", "x"] };
/** What a finished picture has none of. */
const RAW_ALONE = /^(develop\.(?!exposure\.ev)|look\.(profile|sharpening|local_tone)|geometry\.(upright|default_crop))/;
const ELSEWHERE = ["look.name", "look.strength"]; // they have their own place above

/** Put fields into a form; `give` is called with the recipe after each change, and with whether it is the last. */
export function controls(form, fields, now, give, told) {
  const groups = new Map();
  const place = (field) => (ORDER.indexOf(field.group) + 1 || ORDER.length + 1);
  for (const field of [...fields].sort((a, b) => place(a) - place(b))) {
    if (ELSEWHERE.includes(field.path)) continue;
    if (!groups.has(field.group)) groups.set(field.group, group(form, field.group));
    groups.get(field.group).append(control(field, now, give, told));
  }
  form.addEventListener("submit", (event) => event.preventDefault());
}

function group(form, name) {
  const made = document.createElement("details"), head = document.createElement("summary");
  made.open = OPEN.includes(name);
  head.textContent = WORDS[name] || name;
  made.append(head);
  form.append(made);
  return made;
}

function control(field, now, give, metered) {
  const label = document.createElement("label"), name = document.createElement("span"), tools = document.createElement("span");
  name.textContent = LABELS[field.path] ?? field.label;
  label.title = field.path;
  tools.className = "tools";
  const input = drawn(field), ranged = input.type === "range";
  input.dataset.path = field.path;
  const output = document.createElement("output");
  if (ranged) tools.append(output);
  if (TOOLS[field.path]) tools.append(tool(field));
  if (!ranged && input.type !== "text" && input.tagName !== "TEXTAREA") tools.append(input);
  const show = () => {
    const value = get(now(), field.path);
    write(field, input, value ?? (field.path === METERED ? metered() : value));
    const words = told(field, value, metered);
    if (output.textContent !== words) output.textContent = words;
    if (back) back.disabled = value === undefined || value === null;
  };
  const take = (ended) => give(suited(changed(now(), field.path, read(field, input)), field.path), ended, field.path);
  input.addEventListener("input", () => input.type !== "number" && take(!ranged && input.tagName !== "TEXTAREA" && input.type !== "text"));
  input.addEventListener("change", () => take(true));
  const back = field.optional ? reset(field, now, give) : null;
  if (back) tools.append(back);
  label.append(name, tools);
  if (!tools.contains(input)) label.append(input);
  label.show = show;
  label.path = field.path;
  return label;
}

/** A button that begins what is done on the picture itself. */
function tool(field) {
  const [words, name, key] = TOOLS[field.path], made = document.createElement("button");
  Object.assign(made, { type: "button", id: name, textContent: words, title: `on the picture (${key})` });
  made.dataset.key = key;
  made.dataset.words = `${words.toLowerCase()} the ${name === "pick" ? "grey place" : "crop"} on the picture`;
  return made;
}

function drawn(field) {
  if (field.kind === "choice") {
    const made = document.createElement("select");
    if (field.optional) made.append(new Option("as usual", ""));
    made.append(...field.choices.map((choice) => new Option(String(choice), String(choice))));
    return made;
  }
  const made = document.createElement(field.path === "look.text" ? "textarea" : "input");
  if (field.kind === "bool") made.type = "checkbox";
  else if (field.kind === "number" && field.limits.most <= 20000 && field.group !== "output") {
    made.type = "range";
    const narrow = field.path === "develop.exposure.ev" ? { least: -5, most: 5 } : field.limits;
    Object.assign(made, { min: narrow.least, max: narrow.most, step: field.limits.step });
  } else if (field.kind === "number") Object.assign(made, { type: "number", min: field.limits.least, max: field.limits.most, step: field.limits.step, placeholder: "as usual" });
  else if (made.tagName === "INPUT") Object.assign(made, { type: "text", placeholder: field.optional ? "none" : "" });
  return made;
}

function read(field, input) {
  if (field.kind === "bool") return input.checked;
  if (input.value === "") return undefined;
  if (field.kind === "number") return Number(input.value);
  if (field.kind === "choice") return typeof field.choices[0] === "number" ? Number(input.value) : input.value;
  if (field.kind === "text") return input.value;
  const made = input.value.split(/[ ,;]+/).filter(Boolean).map(Number);
  return made.some(Number.isNaN) ? input.value : made; // words are refused in a sentence, not dropped
}

function write(field, input, value) {
  if (field.kind === "bool") input.checked = Boolean(value);
  else if (Array.isArray(value)) input.value = value.join(", ");
  else if (value === undefined || value === null) input.value = input.type === "range" ? middle(field) : "";
  else input.value = value;
}

const METERED = "develop.exposure.ev";
const middle = (field) => (field.path.endsWith("kelvin") ? 5500 : field.path.endsWith(".ev") ? 0 : 1);

function told(field, value, metered) {
  const unit = field.limits?.unit === "degrees" ? "°" : field.limits?.unit ? ` ${field.limits.unit}` : "";
  if (value === undefined || value === null) return field.path === METERED ? `metered, ${metered() >= 0 ? "+" : ""}${metered().toFixed(2)} EV` : "as usual";
  const step = field.limits?.step ?? 1;
  return `${Number(value).toFixed(step >= 1 ? 0 : step >= 0.1 ? 1 : 2)}${unit}`;
}

function reset(field, now, give) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: "×", title: "leave it to the program", className: "reset" });
  made.setAttribute("aria-label", `${field.label}: leave it to the program`);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    give(suited(changed(now(), field.path, undefined), field.path), true);
  });
  return made;
}

/** A method and its number belong together: one who moves the temperature wants it used. */
function suited(recipe, path) {
  const needs = { kelvin: "temperature", place: "picked", neutral: "neutral" };
  const balance = recipe.develop?.white_balance;
  if (!balance || !path.startsWith("develop.white_balance.")) return recipe;
  const key = path.split(".").pop();
  if (key in needs) balance.method = balance[key] === undefined ? "as-shot" : needs[key];
  for (const [name, method] of Object.entries(needs)) {
    if (balance.method !== method) delete balance[name];
    else if (balance[name] === undefined) balance[name] = { kelvin: 5500, place: [0.5, 0.5], neutral: [1, 1, 1] }[name];
  }
  return recipe;
}

/** Show a recipe in the fields, as after a revert; of a finished picture those alone that it has. */
export function refresh(form, raw) {
  for (const label of form.querySelectorAll("label")) {
    label.show?.();
    if (label.path) label.hidden = !raw && RAW_ALONE.test(label.path);
  }
  for (const group of form.querySelectorAll("details")) group.hidden = !group.querySelector("label:not([hidden])");
}

/** Show one field alone, as while it slides. */
export function refreshOne(form, path) {
  form.querySelector(`[data-path="${CSS.escape(path)}"]`)?.closest("label").show();
}
