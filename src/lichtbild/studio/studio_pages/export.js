// Export: photographs written by the program, each by the recipe beside it.

import { json } from "./api.js";

const KINDS = [[".jpg", "JPEG"], [".png", "PNG"], [".tif", "TIFF, 16 bits"], [".avif", "AVIF"], [".dng", "linear DNG"]];

export function exporting(dialog, { folder, chosen, total, all }) {
  dialog.innerHTML = `<form method="dialog"><h2 id="export-head">Export</h2>
    <p></p>
    <label>Format <select name="suffix"></select></label>
    <label>Quality <input name="quality" type="number" min="1" max="100" value="92"></label>
    <label>Long edge, px <input name="edge" type="number" min="1" max="65535" placeholder="whole"></label>
    <label>Space <select name="space"><option value="srgb">sRGB</option><option value="display-p3">Display P3</option>
      <option value="rec2020">Rec.2020</option></select></label>
    <progress max="1" value="0" hidden></progress><ul class="written" aria-live="polite"></ul>
    <menu><button value="cancel">Close</button><button type="button" class="go">Export</button></menu></form>`;
  const form = dialog.querySelector("form"), go = dialog.querySelector(".go");
  form.querySelector("p").textContent = `${chosen.length} of ${total} into the folder “${folder}”, each by its saved edit.`;
  form.suffix.append(...KINDS.map(([suffix, name]) => new Option(name, suffix)));
  let running = null;
  go.addEventListener("click", async () => {
    if (running) return json("DELETE", `/api/exports/${running}`);
    const output = { space: form.space.value, quality: Number(form.quality.value) || 92 };
    if (form.edge.value) output.long_edge = Number(form.edge.value);
    if (form.suffix.value === ".tif") output.bits = 16;
    try {
      running = (await json("POST", "/api/exports", { ids: chosen.length ? chosen : all, suffix: form.suffix.value, output })).export;
      go.textContent = "Stop";
      await follow(form, running);
    } catch (error) {
      form.querySelector(".written").append(line("failed", error.message));
    }
    running = null;
    go.textContent = "Export";
  });
  dialog.showModal();
}

async function follow(form, number) {
  const progress = form.querySelector("progress"), list = form.querySelector(".written");
  progress.hidden = false;
  for (;;) {
    const standing = await json("GET", `/api/exports/${number}`);
    progress.value = standing.share;
    list.replaceChildren(...standing.written.map((one) => line(one.status, `${one.name}: ${one.status}${one.message ? ` (${one.message})` : ""}`)));
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
