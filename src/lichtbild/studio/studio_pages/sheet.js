// Contact sheet: all photographs of the roll, small, chosen for export by a tick; those in sight are fetched first.

import { blobUrl } from "./api.js";

export class Sheet {
  constructor(list, photos, open) {
    Object.assign(this, { list, open, chosen: new Set(), entries: new Map() });
    this.seen = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && this.fetch(entry.target)), {
      rootMargin: "300px",
    });
    list.append(...photos.map((photo) => this.entry(photo)));
    list.addEventListener("keydown", (event) => this.step(event));
  }

  entry(photo) {
    const made = document.createElement("li"), button = document.createElement("button");
    const print = document.createElement("img"), words = document.createElement("span");
    const tick = document.createElement("input");
    made.dataset.id = photo.id;
    Object.assign(print, { alt: "", width: 240, height: 180, loading: "lazy" });
    words.textContent = photo.name + (photo.frames > 1 ? ` · ${photo.frames} frames` : "");
    button.append(print, words);
    button.setAttribute("aria-label", `Open ${photo.name}`);
    button.addEventListener("click", () => this.open(photo.id));
    Object.assign(tick, { type: "checkbox", title: "choose for export" });
    tick.setAttribute("aria-label", `Choose ${photo.name} for export`);
    tick.addEventListener("change", () => this.chosen[tick.checked ? "add" : "delete"](photo.id));
    made.append(button, tick);
    made.classList.toggle("edited", photo.edited);
    this.entries.set(photo.id, { photo, made, print });
    this.seen.observe(made);
    return made;
  }

  async fetch(made) {
    this.seen.unobserve(made);
    const { print, photo } = this.entries.get(made.dataset.id);
    try {
      const url = await blobUrl(`/api/photos/${photo.id}/thumb`);
      if (print.src) URL.revokeObjectURL(print.src);
      print.src = url;
    } catch (error) {
      made.classList.add("broken");
      made.title = error.message;
      made.querySelector("button").setAttribute("aria-label", `${photo.name}: ${error.message}`);
    }
  }

  /** A photograph's recipe was saved or taken away. */
  renew(id, edited) {
    const { made } = this.entries.get(id);
    made.classList.toggle("edited", edited);
    this.fetch(made);
  }

  step(event) {
    if (event.key === "x") return void event.target.closest("li")?.querySelector("input").click();
    const columns = Math.max(1, Math.round(this.list.clientWidth / (this.list.firstElementChild?.offsetWidth || 1)));
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    if (!(event.key in steps)) return;
    const all = [...this.list.children];
    const now = all.findIndex((one) => one.contains(document.activeElement));
    const next = all[Math.min(Math.max(now + steps[event.key], 0), all.length - 1)];
    next?.querySelector("button").focus();
    event.preventDefault();
  }
}
