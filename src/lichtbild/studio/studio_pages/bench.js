// Bench: one photograph on the canvas. It is shaded at once; when hands rest, the program prints the picture itself.

import { json, numbers, picture } from "./api.js";
import { developing, light, shading } from "./recipe.js";
import { Scene } from "./scene.js";
import { Shader, Unshaded } from "./shade.js";
import { View } from "./view.js";

const REST_MS = 300;
const SMALL = 320; // long edge of what scopes measure

export class Bench {
  /** `told` is called with what is going on: {words, exact}; `drawn` after each drawing. */
  constructor({ stage, shaded, exact, told, drawn }) {
    Object.assign(this, { stage, shaded, exact, told, drawn });
    this.shader = shaderOn(shaded);
    this.view = new View();
    this.compare = "none";
    this.held = false;
    this.split = 0.5;
    this.warn = 0;
    this.main = this.side();
    this.other = this.side();
    this.frame = 0;
    this.covered = false;
    shaded.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      told({ words: "the graphics card was lost; waiting for it", exact: false });
    });
    shaded.addEventListener("webglcontextrestored", () => this.rebuild());
    new ResizeObserver((entries) => this.resize(entries[0])).observe(stage);
  }

  /** After a lost card: all that lay on it is made again. */
  async rebuild() {
    this.shader = shaderOn(this.shaded);
    this.room = "";
    const [first, second] = [this.main.recipe, this.other.recipe];
    for (const side of [this.main, this.other]) {
      side.asked?.abort();
      side.scene?.ended.abort();
      Object.assign(side, this.side());
    }
    if (first) await this.work(this.main, first);
    if (second) await this.work(this.other, second);
    this.told({ words: "", exact: false });
  }

  side() {
    return { recipe: null, scene: null, look: null, developed: "", light: "", shaded: "", offset: 0, asked: null, room: null };
  }

  resize(entry) {
    const box = entry.devicePixelContentBoxSize?.[0];
    const ratio = devicePixelRatio;
    const width = box ? box.inlineSize : Math.round(entry.contentRect.width * ratio);
    const height = box ? box.blockSize : Math.round(entry.contentRect.height * ratio);
    if (!width || !height) return;
    for (const canvas of [this.shaded, this.exact]) Object.assign(canvas, { width, height });
    this.room = "";
    this.redraw();
  }

  /** Show a photograph by a recipe. */
  async show(photo, recipe) {
    if (this.photo !== photo) this.view.fitting = true;
    this.photo = photo;
    await this.work(this.main, recipe);
  }

  /** Compare it with another recipe; null with none. */
  async refer(recipe) {
    if (recipe) await this.work(this.other, recipe);
    else this.other.recipe = null;
    this.redraw();
  }

  /** Exposure that is still sliding: drawn at once, and developed when the hand has let go. */
  slide(recipe) {
    const { main } = this, wanted = recipe.develop?.exposure?.ev;
    if (!main.scene || typeof wanted !== "number") return;
    main.offset = main.scene.zeroEv + wanted - main.scene.ev - (main.shadedEv ?? 0);
    this.redraw(false);
  }

  /** Bring a side to a recipe: develop if it must, fetch tables if it must, then draw. */
  async work(side, recipe) {
    side.recipe = recipe;
    const { photo } = this;
    const developed = `${photo} ${developing(recipe)}`, shaded = `${developed} ${shading(recipe)}`;
    if (side.shaded === shaded) return this.redraw();
    side.asked?.abort();
    const asked = (side.asked = new AbortController());
    try {
      if (side.developed !== developed) await this.develop(side, recipe, developed, asked.signal);
      else await this.dress(side, side.scene, recipe, asked.signal);
      if (asked.signal.aborted) return;
      side.shaded = shaded;
      this.told({ words: "", exact: false });
    } catch (error) {
      if (error.name === "AbortError") return;
      this.told({ words: error.message, exact: false });
      throw error;
    }
    this.redraw();
  }

  /** Another scene; until it is there, the one that is there is shaded like it, if it nearly can be. */
  async develop(side, recipe, developed, signal) {
    this.told({ words: "developing …", exact: false });
    const alike = `${this.photo} ${light(recipe)}`;
    const shared = [this.main, this.other].find((one) => one !== side && one.developed === developed);
    const near = shared ? null : [side, this.main, this.other].find((one) => one.scene && one.light === alike);
    if (near) {
      if (near !== side) this.leave(side);
      Object.assign(side, { scene: near.scene, light: alike, developed: "" });
      this.dress(side, near.scene, recipe, signal).then(() => signal.aborted || this.redraw(false), () => {});
    }
    side.shaded = "";
    let scene = shared?.scene || (await Scene.of(this.shader, this.photo, recipe, signal, !near));
    if (scene.rough) {
      if (!(await this.sketch(side, scene, recipe, alike, signal))) return;
      scene = await Scene.of(this.shader, this.photo, recipe, signal);
    }
    const look = await this.fetched(scene, recipe, signal);
    if (signal.aborted) return void (shared || scene.drop());
    this.leave(side);
    Object.assign(side, { scene, developed, light: alike });
    this.wear(side, look);
  }

  /** Show what was developed roughly, until the scene itself is there; whether that is still wanted. */
  async sketch(side, scene, recipe, alike, signal) {
    const look = await this.fetched(scene, recipe, signal);
    if (signal.aborted) return scene.drop();
    this.leave(side);
    Object.assign(side, { scene, developed: "", light: alike });
    this.wear(side, look);
    this.told({ words: "preview; developing …", exact: false });
    this.redraw(false);
    return true;
  }

  async dress(side, scene, recipe, signal) {
    const look = await this.fetched(scene, recipe, signal);
    if (!signal.aborted && side.scene === scene) this.wear(side, look);
  }

  async fetched(scene, recipe, signal) {
    const path = `/api/scenes/${scene.key}`;
    const [told, table] = await Promise.all([
      json("POST", `${path}/look`, { recipe }, signal),
      numbers("POST", `${path}/table`, { recipe }, signal),
    ]);
    return { told, table };
  }

  wear(side, { told, table }) {
    side.look?.drop();
    side.offset = 0;
    side.look = this.shader.look(told, table.halves);
    side.shadedEv = told.numbers.at(-1).ev;
  }

  /** Let a side's scene go, unless the other shows it too. */
  leave(side) {
    const shared = [this.main, this.other].some((one) => one !== side && one.scene === side.scene);
    if (side.scene && !shared) side.scene.drop();
  }

  /** Draw at the next frame of the screen, and print when nothing more comes. */
  redraw(settled = true) {
    this.cover(false);
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
    clearTimeout(this.rest);
    this.printing?.abort();
    if (settled) this.rest = setTimeout(() => this.print(), REST_MS);
  }

  draw() {
    this.frame = 0;
    const { shader, view, shaded } = this;
    const { width, height } = shaded;
    if (!this.main.look) return shader.clear(background());
    view.size = [this.main.scene.width, this.main.scene.height];
    const other = this.other.look && this.other.recipe ? this.other : null;
    if (this.compare === "side" && other) {
      const half = Math.floor(width / 2);
      view.pane = [half - 2, height];
      view.settle();
      this.around();
      this.paint(this.main, [0, 0, half - 2, height], 0);
      this.paint(other, [half + 2, 0, width, height], half + 2);
    } else {
      view.pane = [width, height];
      view.settle();
      this.around();
      const first = this.held && other ? other : this.main;
      this.paint(first, [0, 0, width, height], 0);
      if (this.compare === "split" && other) this.paint(other, [Math.round(this.split * width), 0, width, height], 0);
    }
    this.drawn();
  }

  /** Draw what is around the picture, unless it is there from the drawing before. */
  around() {
    const { view, shaded } = this;
    const wanted = [background(), shaded.width, shaded.height, this.compare === "side", view.corner, view.shown].join();
    if (this.room === wanted) return;
    this.room = wanted;
    this.shader.clear(background());
  }

  paint(side, clip, left) {
    const { shader, view } = this;
    if (shader.blind) return;
    const tiles = side.scene.visible(view.scale, view.part, () => this.redraw());
    for (const tile of tiles) {
      const [x0, y0, x1, y1] = view.box(tile.part);
      tile.box = [x0 + left, y0, x1 + left, y1];
    }
    this.gather(side, tiles);
    const [x0, y0, x1, y1] = view.box([0, 0, 1, 1]);
    const within = [Math.max(clip[0], x0 + left), Math.max(clip[1], y0), Math.min(clip[2], x1 + left), Math.min(clip[3], y1)];
    const shading = this.shading(side);
    shader.show(side.room, side.look, shading, { warn: this.warn, clip: within });
  }

  /** Gather the light of a side anew, unless that is what its room holds. */
  gather(side, tiles) {
    const { shader } = this, { width, height } = this.shaded;
    if (side.room?.width !== width || side.room?.height !== height) {
      if (side.room) shader.leave(side.room);
      side.room = shader.room(width, height);
    }
    const wanted = `${side.scene.key} ${tiles.map((tile) => `${tile.name} ${tile.box}`).join()}`;
    if (side.room.holds === wanted) return;
    shader.gather(side.room, tiles, side.scene.places);
    side.room.holds = wanted;
  }

  shading(side) {
    const made = side.look.at(side.recipe.look?.strength ?? 1);
    return side.offset ? { ...made, ev: made.ev + side.offset } : made;
  }

  /** Have the program make the picture itself where it is seen, and lay it over what is shaded. */
  async print() {
    const { main, view } = this;
    this.printing?.abort();
    const other = this.other.look && this.other.recipe;
    if (!main.look || !main.shaded || main.offset || (other && (["split", "side"].includes(this.compare) || this.held)) || this.warn) return;
    const asked = (this.printing = new AbortController());
    const [left, top, right, bottom] = view.window;
    const reduced = view.scale < 1;
    const scale = reduced ? 1 : view.scale;
    const window = [Math.floor(top / scale), Math.floor(left / scale), Math.ceil(bottom / scale), Math.ceil(right / scale)];
    const body = { recipe: main.recipe };
    if (reduced) body.long_edge = Math.max(...view.shown);
    body.window = inside(window, reduced ? view.shown : view.size);
    try {
      const made = await picture("POST", `/api/scenes/${main.scene.key}/print`, body, asked.signal);
      if (asked.signal.aborted) return;
      const context = this.paper();
      context.clearRect(0, 0, this.exact.width, this.exact.height);
      context.imageSmoothingEnabled = view.scale < 3;
      const [x, y] = view.corner;
      const [row, column] = body.window;
      context.drawImage(made, x + column * scale, y + row * scale, made.width * scale, made.height * scale);
      this.cover(true);
      this.told({ words: "", exact: true });
    } catch (error) {
      if (error.name !== "AbortError") this.told({ words: error.message, exact: false });
    }
  }

  paper() {
    return this.exact.getContext("2d", { willReadFrequently: true });
  }

  cover(covered) {
    if (covered === this.covered || (this.shader.blind && !covered)) return;
    this.covered = covered;
    this.exact.style.visibility = covered ? "visible" : "hidden";
    if (!covered) this.told({ exact: false });
  }

  /** What lies under a point of the stage: {place, codes, ev}; null beside the picture. */
  reading(point) {
    const { view, main } = this;
    const side = this.compare === "side" ? point[0] % (Math.floor(this.shaded.width / 2) + 2) : point[0];
    const place = view.place([side, point[1]]);
    if (!main.look || place.some((share) => share < 0 || share >= 1)) return null;
    const [x, y] = point.map(Math.floor);
    const codes = this.covered ? this.paper().getImageData(x, y, 1, 1).data : this.shader.blind ? null : this.shader.codes(x, y);
    const light = main.scene.at(place);
    return { place, codes, light };
  }

  /** A small copy of the picture as it is shaded, and of the scene's light: what scopes measure. */
  async sample() {
    const { main, shader } = this;
    if (!main.look || shader.blind) return null;
    const { scene, look } = main, light = await scene.overview();
    if (!light || main.scene !== scene || main.look !== look) return null;
    const factor = Math.min(1, SMALL / Math.max(light.width, light.height));
    const width = Math.max(1, Math.round(light.width * factor)), height = Math.max(1, Math.round(light.height * factor));
    const whole = { texture: light, box: [0, 0, width, height], part: [0, 0, 1, 1] };
    const data = shader.read(width, height, [whole], scene.places, look, this.shading(main));
    return { data, width, height, light: light.halves, lightWidth: light.width, lightHeight: light.height };
  }
}

function shaderOn(canvas) {
  try {
    return new Shader(canvas);
  } catch (error) {
    console.warn(error);
    return new Unshaded();
  }
}

function background() {
  return document.documentElement.dataset.theme === "light" ? 0.82 : 0.12;
}

function inside([top, left, bottom, right], [width, height]) {
  return [Math.max(0, top), Math.max(0, left), Math.min(height, bottom), Math.min(width, right)];
}
