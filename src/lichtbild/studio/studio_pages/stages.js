// Stages: what each step of the development gives of one part of the picture, to click through.

import { json } from "./api.js";

const SIDE = [480, 320]; // columns and rows of the part

export class Stages {
  constructor(strip, large) {
    Object.assign(this, { strip, large, at: 0, stages: [], asked: null });
    strip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) this.show(this.at + step);
      else if (event.key === "Home") this.show(0);
      else if (event.key === "End") this.show(this.stages.length - 1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get open() {
    return !this.strip.hidden;
  }

  close() {
    this.strip.hidden = this.large.hidden = true;
    this.asked?.abort();
  }

  /** Ask for the stages of the part around a place of the picture. */
  async fetch(photo, recipe, size, centre) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const low = [0, 1].map((axis) => Math.round(Math.min(Math.max(centre[axis] * size[axis] - SIDE[axis] / 2, 0), Math.max(0, size[axis] - SIDE[axis]))));
    const high = [0, 1].map((axis) => Math.min(size[axis], low[axis] + SIDE[axis]));
    if (!this.stages.length) this.strip.textContent = "developing each stage …";
    const window = [low[1], low[0], high[1], high[0]];
    const { output, ...rest } = recipe; // a strip is of the picture's own pixels
    const stages = await json("POST", `/api/photos/${photo}/strip`, { recipe: rest, window }, asked.signal);
    for (const old of this.stages) URL.revokeObjectURL(old.url);
    this.stages = stages;
    this.draw();
  }

  draw() {
    const list = document.createElement("ol");
    this.words = document.createElement("p");
    this.words.setAttribute("aria-live", "polite");
    this.buttons = this.stages.map((stage, index) => {
      const entry = document.createElement("li"), button = document.createElement("button"), print = document.createElement("img");
      stage.url = URL.createObjectURL(new Blob([Uint8Array.from(atob(stage.png), (c) => c.charCodeAt(0))], { type: "image/png" }));
      Object.assign(print, { src: stage.url, alt: "" });
      button.append(print, stage.name.replaceAll("_", " "));
      button.addEventListener("click", () => this.show(index));
      entry.append(button);
      list.append(entry);
      return button;
    });
    const focused = this.strip.contains(document.activeElement);
    this.strip.replaceChildren(this.words, list);
    this.show(Math.min(this.at, this.stages.length - 1), focused);
  }

  show(index, focus = true) {
    this.at = Math.min(Math.max(index, 0), this.stages.length - 1);
    const stage = this.stages[this.at];
    this.large.hidden = false;
    Object.assign(this.large, { src: stage.url, alt: `after ${stage.name}` });
    this.words.textContent = `${this.at + 1} of ${this.stages.length}: ${stage.name.replaceAll("_", " ")}. ${stage.words}`;
    for (const [number, button] of this.buttons.entries()) {
      button.setAttribute("aria-current", number === this.at);
      button.tabIndex = number === this.at ? 0 : -1;
    }
    if (focus) this.buttons[this.at].focus();
    this.buttons[this.at].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
