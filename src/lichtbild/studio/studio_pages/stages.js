// Stages: what each step of the development gives of one part of the picture, to click through.

import { json } from "./api.js";

const SIDE = [420, 280]; // columns and rows of the part

export class Stages {
  constructor(strip) {
    this.strip = strip;
    this.at = 0;
    strip.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        this.show(this.at + step);
        event.preventDefault();
        event.stopPropagation();
      }
    });
  }

  async fetch(photo, recipe, size, centre) {
    const low = [0, 1].map((axis) => Math.round(Math.min(Math.max(centre[axis] * size[axis] - SIDE[axis] / 2, 0), Math.max(0, size[axis] - SIDE[axis]))));
    const high = [0, 1].map((axis) => Math.min(size[axis], low[axis] + SIDE[axis]));
    this.strip.textContent = "developing each stage …";
    this.stages = await json("POST", `/api/photos/${photo}/strip`, { recipe, window: [low[1], low[0], high[1], high[0]] });
    this.draw();
  }

  draw() {
    const large = document.createElement("figure"), list = document.createElement("ol");
    this.picture = document.createElement("img");
    this.words = document.createElement("figcaption");
    large.append(this.picture, this.words);
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
    this.strip.replaceChildren(large, list);
    this.show(Math.min(this.at, this.stages.length - 1), false);
  }

  show(index, focus = true) {
    this.at = Math.min(Math.max(index, 0), this.stages.length - 1);
    const stage = this.stages[this.at];
    this.picture.src = stage.url;
    this.picture.alt = `after ${stage.name}`;
    this.words.textContent = `${this.at + 1} of ${this.stages.length}: ${stage.name.replaceAll("_", " ")}. ${stage.words}`;
    for (const [number, button] of this.buttons.entries()) button.setAttribute("aria-current", number === this.at);
    if (focus) this.buttons[this.at].focus();
    this.buttons[this.at].scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
