// One trial: its pictures, and the ways to answer. `run` gives the answer's numbers and the time it took.

import { keepPictures, picture } from "./api.js";
import { button, byId, element, notice, say, trouble } from "./dom.js";
import { Pane, clear, pan, pannable } from "./picture.js";

const STEP = 60; // of panning by keys, CSS pixels
const BETWEEN = 250; // ms of grey between two trials
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let keys = () => false;
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("stage").hidden) return;
  if (keys(event) || panned(event.key.toLowerCase())) event.preventDefault();
});

function panned(key) {
  const way = { a: [STEP, 0], d: [-STEP, 0], w: [0, STEP], s: [0, -STEP] }[key];
  if (way) pan(...way);
  return Boolean(way);
}

export async function run(session, ticket, stopped) {
  const stage = byId("stage");
  const slow = setTimeout(() => notice(say("loading")), 600);
  stage.classList.add("waiting");
  stage.setAttribute("aria-busy", "true");
  clear();
  const [ways] = await Promise.all([ready(session, ticket), wait(BETWEEN)]);
  clearTimeout(slow);
  notice("");
  return new Promise((done) => {
    const began = performance.now();
    let over = false;
    const answer = (numbers) => {
      const seconds = (performance.now() - began) / 1000;
      if (over || stage.classList.contains("waiting") || seconds < session.shortest_s) return false;
      over = true;
      keys = () => false;
      ways.end?.();
      done({ answer: numbers, seconds });
      return true;
    };
    stopped(() => {
      over = true;
      keys = () => false;
      ways.end?.();
    });
    stage.classList.remove("waiting");
    stage.removeAttribute("aria-busy");
    ways.begin(answer);
    byId("panes").dispatchEvent(new CustomEvent("shown", { bubbles: true, detail: ticket.trial }));
    ahead(ticket);
  });
}

async function ready(session, ticket) {
  const pictures = await Promise.all(ticket.pictures.map(decoded));
  const reference = ticket.reference && (await decoded(ticket.reference));
  const ruler = await Promise.all(ticket.ruler.map(decoded));
  const make = { choice, order, score, scores: score, step }[session.answer];
  byId("panes").className = "";
  return make(session, pictures, reference, ruler);
}

async function decoded({ name, width, height }) {
  const image = element("img", { alt: "", draggable: false });
  image.src = await picture(name, trouble);
  await image.decode();
  return { image, width, height };
}

function ahead(ticket) {
  keepPictures(40 + 2 * ticket.ruler.length);
  ticket.ahead.forEach(({ name }) => picture(name, () => {}).catch(() => {}));
}

function pane(images, label, click, tag) {
  const place = element("div", { className: "pane", "aria-label": label, role: click ? "button" : "img" });
  if (click) place.tabIndex = 0;
  if (tag) place.append(element("span", { className: "tag" }, tag));
  pannable(place, click);
  const made = new Pane(place);
  made.show(images);
  return made;
}

function lay(panes, answers) {
  byId("panes").replaceChildren(...panes.map((each) => each.place));
  byId("answers").replaceChildren(...answers);
  panes.forEach((each) => each.lay());
}

// Which of two: side by side with or without a reference between, or in turn in one place.
function choice(session, pictures, reference) {
  let give = () => {};
  let panes = [];
  const choose = (which) => give([which]) && which && panes.length > 1 && panes.at(which > 0 ? 0 : -1).place.classList.add("chosen");
  const tie = session.ties ? [button(say("tie"), () => choose(0), { id: "tie" })] : [];
  tie.forEach((each) => each.append(element("kbd", {}, "0")));
  if (session.view === "flicker") return flicker(session, pictures, reference, tie, (act) => (give = act), choose);
  panes = [
    pane([pictures[0]], say("first"), () => choose(1)),
    ...(reference ? [pane([reference], say("reference"), null, say("reference"))] : []),
    pane([pictures[1]], say("second"), () => choose(-1)),
  ];
  lay(panes, tie);
  return {
    begin(answer) {
      give = answer;
      keys = ({ key, repeat }) => {
        const which = { ArrowLeft: 1, ArrowUp: 1, 1: 1, ArrowRight: -1, ArrowDown: -1, 2: -1, ...(session.ties && { 0: 0 }) }[key];
        if (which !== undefined && !repeat) choose(which);
        return which !== undefined;
      };
    },
  };
}

function flicker(session, pictures, reference, tie, giveTo, choose) {
  const all = reference ? [pictures[0], reference, pictures[1]] : pictures;
  const turned = turning(session, all, reference ? ["1", say("reference"), "2"] : ["1", "2"]);
  lay([turned.pane], [
    grade("1", "1", () => choose(1), say("first")),
    ...tie,
    grade("2", "2", () => choose(-1), say("second")),
  ]);
  return {
    begin(answer) {
      giveTo(answer);
      turned.begin();
      keys = ({ key, repeat }) => {
        const which = { 1: 1, 2: -1, ...(session.ties && { 0: 0 }) }[key];
        if (which !== undefined && !repeat) choose(which);
        return which !== undefined || turned.key(key, repeat);
      };
    },
    end: turned.end,
  };
}

function grade(words, key, act, label) {
  const made = button(words, act, { className: "grade" });
  if (label) made.setAttribute("aria-label", label);
  if (key !== words) made.append(element("kbd", {}, key));
  return made;
}

// Grades in words, or places on a line; of one picture, or of two.
function score(session, pictures, reference) {
  const both = session.answer === "scores";
  const shown = reference ? [reference, ...pictures] : pictures;
  const label = (place) => (reference ? say(place ? "photograph" : "reference") : both ? say(place ? "second" : "first") : say("photograph"));
  const tag = (place) => (reference ? (place ? null : say("reference")) : both ? String(place + 1) : null);
  let give = () => {};
  const turned = session.view === "flicker" && shown.length > 1 ? turning(session, shown, shown.map((_, place) => tag(place) || label(place))) : null;
  const panes = turned ? [turned.pane] : shown.map((each, place) => pane([each], label(place), null, tag(place)));
  if (session.continuous) {
    const lines = pictures.map((_, place) => line(session, both ? label(place) : session.question, both ? String(place + 1) : ""));
    const confirm = button(say("confirm"), () => lines.every((each) => each.touched()) && give(lines.map((each) => each.value())), { id: "confirm" });
    const check = () => (confirm.disabled = !lines.every((each) => each.touched()));
    lines.forEach((each) => each.input.addEventListener("input", check));
    check();
    lay(panes, [element("div", { className: "lines" }, ...lines.map((each) => each.place)), confirm]);
    return {
      begin(answer) {
        give = answer;
        lines[0].input.focus({ preventScroll: true });
        keys = ({ key, repeat }) => {
          if (turned?.key(key, repeat)) return true;
          if (key !== "Enter" || repeat || document.activeElement?.tagName === "BUTTON") return false;
          confirm.click();
          return true;
        };
        turned?.begin();
      },
      end: () => turned?.end(),
    };
  }
  const grades = session.labels.map((words, place) => grade(words, String(place + 1), () => give([place + 1])));
  lay(panes, grades);
  return {
    begin(answer) {
      give = answer;
      keys = ({ key, repeat }) => {
        if (turned?.key(key, repeat)) return true;
        const place = Number(key);
        if (!/^\d$/.test(key) || place < 1 || place > session.labels.length) return false;
        if (!repeat) give([place]);
        return true;
      };
      turned?.begin();
    },
    end: () => turned?.end(),
  };
}

// Pictures in turn in one place.
function turning(session, shown, labels) {
  let at = 0;
  let clock = 0;
  const made = pane(shown, say("photograph"), session.flicker_hz ? null : () => turn(), labels[0]);
  const show = () => {
    shown.forEach(({ image }, place) => image.style.setProperty("visibility", place === at ? "" : "hidden"));
    made.place.querySelector(".tag").textContent = labels[at];
  };
  const turn = () => {
    at = (at + 1) % shown.length;
    show();
  };
  show();
  return {
    pane: made,
    key(key, repeat) {
      if (key !== " " || document.activeElement?.tagName === "BUTTON") return false;
      if (!repeat && !session.flicker_hz) turn();
      return true;
    },
    begin: () => session.flicker_hz && (clock = setInterval(turn, 1000 / session.flicker_hz)),
    end: () => clearInterval(clock),
  };
}

function line(session, label, tag) {
  const steps = 200;
  const input = element("input", { type: "range", min: 0, max: steps, step: 1, value: steps / 2, "aria-label": label });
  let touched = false;
  input.addEventListener("input", () => (touched = true));
  const ends = element("div", { className: "ends", "aria-hidden": "true" }, ...session.labels.map((words) => element("span", {}, words)));
  return {
    place: element("div", { className: "line" }, element("span", {}, tag), input, ends),
    input,
    touched: () => touched,
    value: () => session.low + (session.high - session.low) * (input.value / steps),
  };
}

// The step of a ruler that is as good as the picture.
function step(session, pictures, reference, ruler) {
  let give = () => {};
  const left = pane(pictures, say("photograph"), null);
  const right = pane(ruler, say("ruler"), null, say("ruler"));
  const input = element("input", { type: "range", min: 0, max: ruler.length - 1, step: 1, "aria-label": say("ruler") });
  input.value = Math.floor(Math.random() * ruler.length); // where a slider starts shall lead nobody
  const show = () => ruler.forEach(({ image }, place) => image.style.setProperty("visibility", place === ruler.length - 1 - input.value ? "" : "hidden"));
  input.addEventListener("input", show);
  const confirm = button(say("confirm"), () => give([ruler.length - 1 - Number(input.value)]), { id: "confirm" });
  const ends = element("div", { className: "ends", "aria-hidden": "true" }, ...["worse", "better"].map((key) => element("span", {}, say(key))));
  const slider = element("div", { className: "line" }, element("span"), input, ends);
  lay([left, right], [element("div", { className: "lines" }, slider), confirm]);
  show();
  return {
    begin(answer) {
      give = answer;
      input.focus({ preventScroll: true });
      keys = ({ key, repeat }) => {
        if (key !== "Enter" || repeat || document.activeElement?.tagName === "BUTTON") return false;
        confirm.click();
        return true;
      };
    },
  };
}

// All in order, best first.
function order(session, pictures) {
  let give = () => {};
  const chosen = [];
  const places = pictures.map((_, place) => element("span", { className: "place", "aria-hidden": "true" }, String(place + 1)));
  const panes = pictures.map((each, place) => {
    const made = pane([each], `${say("photograph")} ${place + 1}`, () => take(place));
    made.place.append(places[place]);
    return made;
  });
  const undo = button(say("undo"), () => back(), { id: "undo" });
  const confirm = button(say("confirm"), () => chosen.length === pictures.length && give([...chosen]), { id: "confirm" });
  const told = () => {
    places.forEach((mark, place) => {
      const rank = chosen.indexOf(place);
      mark.textContent = rank < 0 ? String(place + 1) : `${rank + 1}.`;
      mark.classList.toggle("given", rank >= 0);
      panes[place].place.setAttribute("aria-label", `${say("photograph")} ${place + 1}${rank < 0 ? "" : `: ${rank + 1}.`}`);
    });
    undo.disabled = !chosen.length;
    confirm.disabled = chosen.length < pictures.length;
  };
  const take = (place) => {
    if (!chosen.includes(place)) chosen.push(place);
    if (chosen.length === pictures.length - 1) chosen.push(pictures.findIndex((_, other) => !chosen.includes(other)));
    told();
  };
  const back = () => {
    chosen.length -= chosen.length === pictures.length && chosen.length > 1 ? 2 : Math.min(1, chosen.length);
    told();
  };
  byId("panes").className = "grid";
  const wide = innerWidth > innerHeight;
  const columns = wide ? Math.ceil(pictures.length / (pictures.length > 3 ? 2 : 1)) : pictures.length > 3 ? 2 : 1;
  byId("panes").style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  byId("panes").style.gridAutoRows = "minmax(0, 1fr)";
  lay(panes, [undo, confirm]);
  told();
  return {
    begin(answer) {
      give = answer;
      keys = ({ key, repeat }) => {
        const place = Number(key) - 1;
        if (/^[1-9]$/.test(key) && place < pictures.length) return repeat || (take(place), true);
        if (key === "Backspace") return repeat || (back(), true);
        if (key === "Enter" && document.activeElement?.tagName !== "BUTTON") return repeat || (confirm.click(), true);
        return false;
      };
    },
    end() {
      byId("panes").style.gridTemplateColumns = "";
      byId("panes").style.gridAutoRows = "";
    },
  };
}
