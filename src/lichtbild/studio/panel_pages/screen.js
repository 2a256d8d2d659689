// The screen: how large its pixels are, by a bank card (ISO/IEC 7810, ID-1), and whether dark and light steps show.

import { button, element, say } from "./dom.js";

const CARD = { width: 85.6, height: 53.98 }; // mm
const CSS_MM = 25.4 / 96;
const DARK = [2, 4, 6, 8, 11, 14, 18, 24];
const CHOICES = [...Array(DARK.length + 1).keys()];

export function screenCheck(session, done) {
  const upright = innerWidth < 560; // a phone is narrower than a card is long
  const [long, short] = upright ? [CARD.height, CARD.width] : [CARD.width, CARD.height];
  const card = element("div", { className: `card${upright ? " upright" : ""}`, "aria-hidden": "true" });
  const usual = long / CSS_MM;
  const size = element("input", { type: "range", min: Math.round(usual * 0.5), max: Math.round(usual * 1.8), step: 0.5, "aria-label": say("size_label") });
  size.value = usual;
  let moved = false;
  const draw = () => {
    card.style.width = `${size.value}px`;
    card.style.height = `${(size.value * short) / long}px`;
  };
  size.addEventListener("input", () => {
    moved = true;
    draw();
  });
  draw();
  const dark = count(say("dark"), "dark");
  const light = count(say("light"), "light");
  const go = button(say("next"), () =>
    done({
      ...(moved && { pixel_mm: long / (Number(size.value) * devicePixelRatio) }),
      ...(dark.value !== "" && { dark: Number(dark.value) }),
      ...(light.value !== "" && { light: Number(light.value) }),
    }),
  );
  go.id = "next";
  return element(
    "section",
    {},
    element("h1", {}, say("screen")),
    element("p", {}, say("size")),
    card,
    size,
    session.distance_mm ? element("p", {}, distance(session.distance_mm)) : null,
    element("p", {}, say("greys")),
    greys("#000", (step) => DARK[step]),
    greys("#fff", (step) => 255 - DARK[step]),
    element("p", {}, say("greys_label")),
    element("div", { className: "row" }, field(say("dark"), dark), field(say("light"), light)),
    element("div", { className: "row" }, go),
  );
}

export function measured() {
  return { pixel_ratio: devicePixelRatio, width: Math.round(screen.width * devicePixelRatio), height: Math.round(screen.height * devicePixelRatio) };
}

function distance(mm) {
  const lengths = say("arms", { lengths: (Math.round((2 * mm) / CARD.width) / 2).toLocaleString(document.documentElement.lang) });
  return say("distance", { distance: `${Math.round(mm / 10)} cm`, arms: lengths });
}

function greys(paper, code) {
  const made = element("div", { className: "greys", "aria-hidden": "true" });
  made.style.background = paper;
  for (const step of DARK.keys()) {
    const square = element("i");
    square.style.background = `rgb(${code(step)} ${code(step)} ${code(step)})`;
    made.append(square);
  }
  return made;
}

function count(label, id) {
  const made = element("select", { id }, element("option", { value: "" }, "–"), ...CHOICES.map((n) => element("option", { value: n }, String(n))));
  made.setAttribute("aria-label", label);
  return made;
}

function field(words, input) {
  return element("label", { className: "field" }, words, input);
}
