// The experimenter's desk: who is how far, new links, and the votes.

import { byId, element } from "./dom.js";

let token = "";

async function ask(path, body) {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store", credentials: "omit" });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.error || answer.statusText);
}

const tell = (words) => (byId("notice").textContent = words);
const careful = (act) => async (event) => {
  event?.preventDefault();
  try {
    tell("");
    await act();
  } catch (error) {
    tell(error.message);
  }
};

async function look() {
  const told = await (await ask("/api/status")).json();
  byId("name").textContent = told.name;
  byId("enter").hidden = true;
  byId("desk").hidden = false;
  const finished = told.observers.filter((each) => each.votes >= told.total).length;
  const votes = told.observers.reduce((sum, each) => sum + each.votes, 0);
  byId("summary").textContent = `${told.observers.length} observers, ${finished} finished, ${votes} votes`;
  byId("rows").replaceChildren(...told.observers.map((each) => line(each, told.total)));
}

function line({ observer, begun, votes, screen }, total) {
  const bar = element("progress", { max: total, value: votes, "aria-label": `${votes} of ${total}` });
  const size = screen.width ? `${screen.width} × ${screen.height}` : "";
  const pixel = screen.pixel_mm ? `, ${screen.pixel_mm.toFixed(3)} mm a pixel` : "";
  const greys = "dark" in screen ? `, ${screen.dark} dark` : "";
  const light = "light" in screen ? `, ${screen.light} light` : "";
  const cells = [observer, begun ? "yes" : "no", String(votes), bar, size + pixel + greys + light];
  return element("tr", {}, ...cells.map((cell, place) => element("td", place === 2 ? { className: "number" } : {}, cell)));
}

async function save(path, name) {
  const url = URL.createObjectURL(await (await ask(path)).blob());
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

byId("enter").addEventListener("submit", careful(async () => {
  token = byId("token").value.trim();
  await look();
  setInterval(() => look().catch((error) => tell(error.message)), 5000);
}));
byId("invite").addEventListener("submit", careful(async () => {
  const { links } = await (await ask("/api/invite", { count: Number(byId("count").value) })).json();
  byId("links").hidden = false;
  byId("list").value = links.map((each) => `${each.observer}\t${each.link}`).join("\n");
  await look();
}));
byId("copy").addEventListener("click", careful(async () => {
  byId("list").select();
  if (navigator.clipboard) await navigator.clipboard.writeText(byId("list").value);
  else document.execCommand("copy");
}));
byId("csv").addEventListener("click", careful(() => save("/api/votes.csv", "votes.csv")));
byId("json").addEventListener("click", careful(() => save("/api/votes.json", "votes.json")));
