// Scope panel: the scope that is chosen, measured again when the picture has rested for a moment.

import { fromHalf } from "./half.js";
import { SCOPES, scope } from "./scopes.js";

const REST_MS = 120;
let chosen = "Histogram", timer = 0;

export function scopeTabs(bench) {
  const list = document.querySelector("#scopes [role=tablist]");
  const choose = (tab) => {
    chosen = tab.textContent;
    for (const one of list.children) {
      one.setAttribute("aria-selected", one === tab);
      one.tabIndex = one === tab ? 0 : -1;
    }
    measure(bench);
  };
  for (const name of Object.keys(SCOPES)) {
    const tab = document.createElement("button");
    Object.assign(tab, { textContent: name, type: "button", tabIndex: name === chosen ? 0 : -1 });
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", name === chosen);
    tab.addEventListener("click", () => choose(tab));
    list.append(tab);
  }
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = [...list.children], next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    choose(next);
    event.preventDefault();
    event.stopPropagation();
  });
}

export function nextScope() {
  const now = document.querySelector("#scopes [aria-selected=true]");
  (now.nextElementSibling ?? now.parentElement.firstElementChild).click();
}

/** The picture was drawn anew. */
export function measured(bench) {
  clearTimeout(timer);
  timer = setTimeout(() => measure(bench), REST_MS);
}

async function measure(bench) {
  const sample = await bench.sample();
  if (!sample) return;
  scope(document.getElementById("scope"), chosen, sample, chosen === "Tone" ? sceneLight(sample) : null);
}

/** The scene's light at the pixels of a sample. */
function sceneLight({ width, height, light, lightWidth, lightHeight }) {
  const made = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = 4 * (Math.floor(((y + 0.5) / height) * lightHeight) * lightWidth + Math.floor(((x + 0.5) / width) * lightWidth));
      for (let plane = 0; plane < 3; plane++) made[3 * (y * width + x) + plane] = fromHalf(light[from + plane]);
    }
  return made;
}
