// Export: photographs written by the program, each by the recipe beside it.

import { json } from "./api.js";

const KINDS = [[".jpg", "JPEG"], [".png", "PNG"], [".tif", "TIFF"], [".avif", "AVIF"], [".dng", "linear DNG"]];
const MOST = 600; // ids that fit into one request

/** Ask what to write; `ids` are those chosen, none of them for all. */
export function exporting(dialog, { folder, ids, total, first }) {
  dialog.innerHTML = `<form method="dialog"><h2 id="export-head">Export</h2>
    <p></p>
    <label>Format <select name="suffix"></select></label>
    <label>Quality <input name="quality" type="number" min="1" max="100" placeholder="by the edit"></label>
    <label>Long edge, px <input name="edge" type="number" min="1" max="65535" placeholder="by the edit"></label>
    <label>Space <select name="space"><option value="">by the edit</option><option value="srgb">sRGB</option>
      <option value="display-p3">Display P3</option><option value="rec2020">Rec.2020</option></select></label>
    <label>Bits <select name="bits"><option value="">by the edit</option><option>8</option><option>10</option><option>16</option></select></label>
    <progress max="1" value="0" hidden></progress><ul class="written" aria-live="polite"></ul>
    <menu><button value="cancel">Close</button><button type="button" class="go">Export</button></menu></form>`;
  const form = dialog.querySelector("form"), go = dialog.querySelector(".go");
  form.querySelector("p").textContent = `${ids.length || total} of ${total} into the folder “${folder}”, each by its saved edit.`;
  form.suffix.append(...KINDS.map(([suffix, name]) => new Option(name, suffix)));
  let running = null;
  go.addEventListener("click", async () => {
    if (running) return json("DELETE", `/api/exports/${running}`);
    const output = {};
    if (form.space.value) output.space = form.space.value;
    for (const [name, key] of [["quality", "quality"], ["edge", "long_edge"], ["bits", "bits"]])
      if (form[name].value) output[key] = Number(form[name].value);
    try {
      if (ids.length > MOST) throw new Error(`choose up to ${MOST} photographs, or none for all`);
      await first();
      running = (await json("POST", "/api/exports", { ids, suffix: form.suffix.value, output })).export;
      go.textContent = "Stop";
      await follow(form, running);
    } catch (error) {
      form.querySelector(".written").append(line("failed", error.message));
    }
    running = null;
    go.textContent = "Export";
  });
  dialog.showModal();
  go.focus();
}

async function follow(form, number) {
  const progress = form.querySelector("progress"), list = form.querySelector(".written");
  progress.hidden = false;
  for (;;) {
    const standing = await json("GET", `/api/exports/${number}`);
    progress.value = standing.share;
    const lines = standing.written.map((one) => line(one.status, `${one.name}: ${one.status}${one.message ? ` (${one.message})` : ""}`));
    if (standing.ended && standing.written.length < standing.total) lines.push(line("failed", `stopped after ${standing.written.length} of ${standing.total}`));
    list.replaceChildren(...lines);
    if (standing.ended) return;
    await new Promise((done) => setTimeout(done, 250));
  }
}

function line(status, words) {
  const made = document.createElement("li");
  made.className = status;
  made.textContent = words;
  return made;
}
