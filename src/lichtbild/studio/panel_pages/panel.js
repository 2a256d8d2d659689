// An observer's way: consent, screen, how it works, trials with rests, thanks.

import { Refused, begin, picture, session as load, vote } from "./api.js";
import { button, byId, element, notice, say, setWords, trouble } from "./dom.js";
import { measured, screenCheck } from "./screen.js";
import { run } from "./stage.js";

const page = byId("page");
const stage = byId("stage");
let session;
let state;
let stop = () => {};
let since = 0; // trials since the last rest

function show(section) {
  stop();
  stage.hidden = true;
  page.replaceChildren(section);
  scrollTo(0, 0);
  const first = section.querySelector("[data-first]") || page;
  first.focus({ preventScroll: true });
}

function text(title, words, ...more) {
  return element("section", {}, element("h1", {}, title), words ? element("p", { className: "text" }, words) : null, ...more);
}

function row(...children) {
  return element("div", { className: "row" }, ...children);
}

function welcome() {
  const box = element("input", { type: "checkbox", id: "agree" });
  const go = button(say("next"), () => (session.screen_check ? check() : start({})), { id: "next", disabled: true });
  box.addEventListener("change", () => (go.disabled = !box.checked));
  show(text(session.name, say("consent"), element("label", { className: "agree" }, box, say("agree")), row(go)));
}

function check() {
  show(screenCheck(session, start));
}

async function start(screen) {
  state = await begin({ ...measured(), ...screen }, trouble);
  how();
}

function how() {
  const key = {
    choice: session.view === "flicker" ? "how_flicker" : state.next?.reference ? "how_triplet" : "how_pair",
    order: "how_ranking",
    step: "how_ruler",
  }[session.answer];
  const graded = session.continuous ? "how_line" : state.next?.reference ? "how_double" : "how_rating";
  const rules = [key || graded, "how_pan", "how_full"].map((each) => element("li", {}, say(each)));
  const go = button(say(state.done ? "resume" : "begin"), trials, { id: "begin", "data-first": "" });
  show(text(say("how"), "", element("p", {}, session.question), element("ul", {}, ...rules), row(go)));
}

function rest() {
  since = 0;
  const progress = say("progress", { done: state.done, total: state.total });
  show(text(say("paused"), say("paused_text"), element("p", {}, progress), row(button(say("resume"), trials, { id: "resume", "data-first": "" }))));
}

function thanks() {
  if (document.fullscreenElement) document.exitFullscreen();
  show(text(say("thanks"), say("thanks_text")));
}

async function trials() {
  page.replaceChildren();
  stage.hidden = false;
  let live = true;
  while (live && state.next) {
    const ticket = state.next;
    byId("progress").textContent = say("progress", { done: state.done, total: state.total });
    const given = await run(session, ticket, (end) => {
      stop = () => {
        live = false;
        stop = () => {};
        end();
      };
    });
    if (!live) return;
    stage.classList.add("waiting");
    const slow = setTimeout(() => notice(say("storing")), 800);
    const pictures = ticket.pictures.map((each) => each.name);
    state = await vote({ trial: ticket.trial, pictures, seal: ticket.seal, ...given }, trouble);
    clearTimeout(slow);
    notice("");
    if (!live) return;
    since += 1;
    if (state.next && session.pause_every && since >= session.pause_every) return rest();
  }
  if (live) thanks();
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.({ navigationUI: "hide" }).catch(() => {});
}

function refused(error) {
  if (session) show(text(say("refused"), error.message));
  else show(text("This link is not valid", "Open the whole link that you were given, or ask for a new one."));
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || stage.hidden || event.repeat) return;
  const key = event.key.toLowerCase();
  if (key === "f") fullScreen();
  if (key === "p" || key === "escape") rest();
});
addEventListener("hashchange", () => location.reload());
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Refused) refused(event.reason);
});

try {
  session = await load(() => notice("…"));
  notice("");
  state = session;
  setWords(session.words, session.language);
  document.title = session.name;
  byId("question").textContent = session.question;
  byId("full").textContent = say("full");
  byId("pause").textContent = say("pause");
  byId("full").addEventListener("click", fullScreen);
  byId("pause").addEventListener("click", rest);
  byId("full").hidden = !document.documentElement.requestFullscreen;
  state.next?.pictures.forEach(({ name }) => picture(name, () => {}).catch(() => {}));
  if (!session.begun) welcome();
  else if (!session.next) thanks();
  else how();
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  refused(error);
}
