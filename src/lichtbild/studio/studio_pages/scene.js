// A scene: a photograph developed by the program, fetched in tiles of the level that the screen can show.

import { json, numbers } from "./api.js";

const MOST_TILES = 96;

export class Scene {
  /** Develop a photograph by a recipe, roughly if that is much quicker; resolves when the program has its light. */
  static async of(shader, photo, recipe, signal, rough = false) {
    const told = await json("POST", `/api/photos/${photo}/scene`, { recipe, rough }, signal);
    const map = await numbers("GET", `/api/scenes/${told.scene}/places`, undefined, signal);
    return new Scene(shader, told, shader.plane(map.halves, map.width, map.height), map);
  }

  constructor(shader, told, places, map) {
    Object.assign(this, { shader, places, map, key: told.scene, side: told.tile, levels: told.levels, ev: told.ev, zeroEv: told.zero_ev, rough: told.rough });
    [this.width, this.height] = told.levels[0];
    this.tiles = new Map(); // in the order in which they were last drawn
    this.waiting = new Map();
    this.ended = new AbortController();
  }

  /** The level whose pixels are just smaller than those of the screen at a scale (screen pixels per picture pixel). */
  level(scale) {
    const wanted = Math.floor(Math.log2(1 / scale) + 1e-6);
    return Math.min(Math.max(wanted, 0), this.levels.length - 1);
  }

  /** Tiles of a level that lie in a part of the picture: {row, column, part} with part from 0 to 1. */
  *within(level, [left, top, right, bottom]) {
    const [width, height] = this.levels[level];
    const side = this.side;
    const first = [Math.floor((left * width) / side), Math.floor((top * height) / side)];
    const last = [Math.ceil((right * width) / side), Math.ceil((bottom * height) / side)];
    for (let row = Math.max(0, first[1]); row < Math.min(last[1], Math.ceil(height / side)); row++)
      for (let column = Math.max(0, first[0]); column < Math.min(last[0], Math.ceil(width / side)); column++) {
        const x = column * side, y = row * side;
        const part = [x / width, y / height, Math.min(x + side, width) / width, Math.min(y + side, height) / height];
        yield { level, row, column, part };
      }
  }

  /** The texture of a tile, if it is here; else it is fetched, and `arrived` is called when it is. */
  texture({ level, row, column }, arrived) {
    const name = `${level}/${row}/${column}`;
    const known = this.tiles.get(name);
    if (known) {
      this.tiles.delete(name);
      this.tiles.set(name, known);
      return known;
    }
    if (!this.waiting.has(name)) this.waiting.set(name, this._fetch(name, level, row, column, arrived));
    return null;
  }

  /** All tiles that show a part, coarser ones first where finer ones are still on their way. */
  visible(scale, part, arrived) {
    const level = this.level(scale), ready = [];
    let missing = false;
    for (const tile of this.within(level, part)) {
      const texture = this.texture(tile, arrived);
      if (texture) ready.push({ texture, part: tile.part, name: `${level}/${tile.row}/${tile.column}` });
      else missing = true;
    }
    if (!missing) return ready;
    const coarse = [];
    for (const tile of this.within(this.levels.length - 1, part)) {
      const texture = this.texture(tile, arrived);
      if (texture) coarse.push({ texture, part: tile.part, name: `last/${tile.row}/${tile.column}` });
    }
    return [...coarse, ...ready];
  }

  /** Light at a place of the picture, 0 to 1: RGB and whether the sensor was full, of the finest tile that is here. */
  at([x, y]) {
    for (let level = 0; level < this.levels.length; level++) {
      const [width, height] = this.levels[level], side = this.side;
      const column = Math.min(Math.floor(x * width), width - 1), row = Math.min(Math.floor(y * height), height - 1);
      const texture = this.tiles.get(`${level}/${Math.floor(row / side)}/${Math.floor(column / side)}`);
      if (texture) return this.shader.light(texture, column % side, row % side);
    }
    return null;
  }

  /** Scene light of the coarsest level, for scopes: halves, width, height. */
  async overview() {
    const level = this.levels.length - 1;
    const name = `${level}/0/0`;
    if (!this.tiles.has(name)) await (this.waiting.get(name) || this._begin(name, level, 0, 0));
    return this.tiles.get(name);
  }

  _begin(name, level, row, column) {
    const fetched = this._fetch(name, level, row, column, () => {});
    this.waiting.set(name, fetched);
    return fetched;
  }

  async _fetch(name, level, row, column, arrived) {
    try {
      const { halves } = await numbers("GET", `/api/scenes/${this.key}/tiles/${name}`, undefined, this.ended.signal);
      const [wide, high] = this.levels[level];
      const width = Math.min(this.side, wide - column * this.side);
      const height = Math.min(this.side, high - row * this.side);
      const made = this.shader.plane(halves, width, height);
      if (level === this.levels.length - 1) made.halves = halves;
      this.tiles.set(name, made);
      this._tidy();
      arrived();
    } catch (error) {
      if (error.name !== "AbortError") console.error(error);
    } finally {
      this.waiting.delete(name);
    }
  }

  _tidy() {
    for (const [name, texture] of this.tiles) {
      if (this.tiles.size <= MOST_TILES) return;
      if (texture.halves) continue;
      this.shader.drop(texture);
      this.tiles.delete(name);
    }
  }

  drop() {
    this.ended.abort();
    for (const texture of this.tiles.values()) this.shader.drop(texture);
    this.shader.drop(this.places);
    this.tiles.clear();
  }
}
