// Camera: the noise of the raw frame, the lens, and the image that it makes of a point where one clicks.

import { blobUrl, json } from "./api.js";

export class Camera {
  constructor(panel) {
    Object.assign(this, { panel, ready: false, scene: null });
    panel.innerHTML = `<h2>Camera</h2>
      <div class="spread"><h3>Image of a point</h3><p>Click on the picture; p takes its middle.</p></div>
      <h3>Lens</h3><p class="standing" aria-live="polite"></p><div class="lens"></div>
      <h3>Noise of the raw frame</h3><div class="noise"></div>`;
    this.part = (name) => panel.querySelector(`.${name}`);
    this.part("spread").hidden = true;
  }

  get open() {
    return !this.panel.hidden;
  }

  /** Show what is known of a photograph's camera. */
  async show(photo) {
    if (!this.open) return;
    await Promise.all([this.noise(photo), this.lens()]);
  }

  async noise(photo) {
    const place = this.part("noise");
    if (this.noisy === photo) return;
    this.noisy = photo;
    try {
      const { svg, facts } = await json("GET", `/api/photos/${photo}/noise`);
      if (this.noisy === photo) place.replaceChildren(drawing(svg, "Signal to noise of a raw sample over its signal"), list(facts));
    } catch (error) {
      if (this.noisy === photo) place.textContent = error.message;
    }
  }

  async lens() {
    if (this.ready || this.waiting) return;
    this.waiting = true;
    try {
      let told = await json("GET", "/api/camera");
      while (told.standing === "following" && this.open) {
        this.part("standing").textContent = `${told.words} …`;
        await new Promise((done) => setTimeout(done, 500));
        told = await json("GET", "/api/camera");
      }
      this.part("standing").textContent = told.words;
      if (told.standing !== "ready") return;
      this.ready = true;
      this.part("spread").hidden = false;
      this.part("lens").replaceChildren(list(told.facts));
      if (!told.drawn) return;
      const picture = new Image();
      Object.assign(picture, { alt: "Section of the lens with rays", src: await blobUrl("/api/camera/lens") });
      this.part("lens").prepend(picture);
    } finally {
      this.waiting = false;
    }
  }

  /** The image of a point at a place of the picture, 0 to 1. */
  async point(scene, [x, y]) {
    if (!this.open || !this.ready || !(x >= 0 && x <= 1 && y >= 0 && y <= 1)) return;
    const told = await json("POST", `/api/scenes/${scene.key}/point`, { x, y });
    const picture = new Image();
    picture.className = "point";
    Object.assign(picture, { alt: "Image of a point of white light, its square root", src: url(Uint8Array.from(atob(told.png), (c) => c.charCodeAt(0)), "image/png") });
    const head = document.createElement("h3");
    head.textContent = "Image of a point";
    this.part("spread").replaceChildren(head, picture, list(told.facts));
    this.panel.scrollIntoView({ block: "nearest" });
  }
}

const url = (data, type) => URL.createObjectURL(new Blob([data], { type }));

function drawing(svg, words) {
  const made = new Image();
  Object.assign(made, { alt: words, src: url(svg, "image/svg+xml") });
  return made;
}

/** Facts, names and values, as a list. */
export function list(facts) {
  const made = document.createElement("dl");
  for (const [name, value] of facts) {
    const term = document.createElement("dt"), told = document.createElement("dd");
    term.textContent = name;
    told.textContent = value;
    made.append(term, told);
  }
  return made;
}
