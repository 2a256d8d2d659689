// Controls: every parameter of a recipe as a field, drawn from what the program tells of them.

import { changed, get } from "./recipe.js";

const WORDS = {
  develop: "Development", "develop.corrections": "Corrections of the file", "develop.defects": "Defects",
  "develop.denoise": "Noise", "develop.white_balance": "White balance", "develop.demosaic": "Demosaic",
  "develop.highlights": "Highlights", "develop.exposure": "Exposure", "develop.deblur": "Deblur",
  look: "Look", geometry: "Geometry", output: "File",
};
const OPEN = ["develop.exposure", "develop.white_balance", "look"];
const ELSEWHERE = ["look.name", "look.strength"]; // they have their own place above

/** Put fields into a form; `give` is called with the recipe after each change, and with whether it goes on. */
export function controls(form, fields, now, give) {
  const groups = new Map();
  for (const field of fields) {
    if (ELSEWHERE.includes(field.path)) continue;
    if (!groups.has(field.group)) groups.set(field.group, group(form, field.group));
    groups.get(field.group).append(control(field, now, give));
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

function control(field, now, give) {
  const label = document.createElement("label"), name = document.createElement("span");
  name.textContent = field.label + (field.limits?.unit ? `, ${field.limits.unit}` : "");
  label.title = field.path;
  const input = drawn(field);
  input.dataset.path = field.path;
  label.append(name, input);
  const output = document.createElement("output");
  if (input.type === "range") name.append(" ", output);
  const show = () => {
    write(field, input, get(now(), field.path));
    if (input.type === "range") output.textContent = told(field, get(now(), field.path));
  };
  const take = (ended) => {
    const value = read(field, input);
    give(suited(changed(now(), field.path, value), field.path), ended);
    if (input.type === "range") output.textContent = told(field, value);
  };
  input.addEventListener("input", () => take(input.type !== "range" && input.tagName !== "TEXTAREA" && input.type !== "text"));
  input.addEventListener("change", () => take(true));
  if (field.optional) label.append(reset(field, now, give, show));
  label.show = show;
  show();
  return label;
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
  return made.some(Number.isNaN) ? undefined : made;
}

function write(field, input, value) {
  if (field.kind === "bool") input.checked = Boolean(value);
  else if (Array.isArray(value)) input.value = value.join(", ");
  else if (value === undefined || value === null) input.value = input.type === "range" ? middle(field) : "";
  else input.value = value;
}

const middle = (field) => (field.path.endsWith("kelvin") ? 5500 : field.path.endsWith(".ev") ? 0 : 1);

function told(field, value) {
  if (value === undefined || value === null) return field.path.endsWith(".ev") ? "metered" : "as usual";
  return Number(value).toFixed(field.limits.step >= 1 ? 0 : field.limits.step >= 0.1 ? 1 : 2);
}

function reset(field, now, give, show) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: "×", title: "leave it to the program", className: "reset" });
  made.setAttribute("aria-label", `${field.label}: leave it to the program`);
  made.addEventListener("click", (event) => {
    event.preventDefault();
    give(suited(changed(now(), field.path, undefined), field.path), true);
    show();
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

/** Show a recipe in the fields, as after a revert. */
export function refresh(form) {
  for (const label of form.querySelectorAll("label")) label.show?.();
}
