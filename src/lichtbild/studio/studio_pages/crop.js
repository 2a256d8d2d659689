// Crop: a rectangle on the whole picture, dragged by its corners and edges, or moved by keys.

const HANDLES = [[0, 0], [0.5, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 1], [0.5, 1], [1, 1]];
const LEAST = 0.02; // of the picture's side

export class Crop {
  /** `ended` is called with the box that is kept, or null. */
  constructor(layer, bench, ended) {
    Object.assign(this, { layer, bench, ended, box: [0, 0, 1, 1] });
    for (const [x, y] of HANDLES) {
      const handle = document.createElement("i");
      Object.assign(handle.style, { left: `${100 * x}%`, top: `${100 * y}%`, cursor: x === 0.5 ? "ns-resize" : y === 0.5 ? "ew-resize" : x === y ? "nwse-resize" : "nesw-resize" });
      handle.dataset.edges = JSON.stringify([x, y]);
      layer.append(handle);
    }
    layer.addEventListener("pointerdown", (event) => this.begin(event));
    layer.addEventListener("pointermove", (event) => this.drag(event));
    layer.addEventListener("pointerup", () => (this.from = null));
    layer.addEventListener("dblclick", () => this.end(true));
    layer.addEventListener("keydown", (event) => this.key(event));
  }

  get open() {
    return !this.layer.hidden;
  }

  start(box) {
    this.box = [...(box || [0, 0, 1, 1])];
    this.layer.hidden = false;
    this.place();
    this.layer.focus();
  }

  end(keep) {
    if (!this.open) return;
    this.layer.hidden = true;
    this.ended(keep ? this.box.map((side) => Math.round(1e4 * side) / 1e4) : null);
  }

  /** Lay it where the picture is shown. */
  place() {
    if (!this.open) return;
    const [left, top, right, bottom] = this.bench.view.box(this.box).map((side) => side / devicePixelRatio);
    Object.assign(this.layer.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
  }

  begin(event) {
    this.from = { at: [event.clientX, event.clientY], box: [...this.box], edges: event.target.dataset.edges ? JSON.parse(event.target.dataset.edges) : null };
    this.layer.setPointerCapture(event.pointerId);
    event.stopPropagation();
  }

  drag(event) {
    if (!this.from) return;
    const size = this.bench.view.shown.map((side) => side / devicePixelRatio);
    this.change(this.from.box, this.from.edges, [(event.clientX - this.from.at[0]) / size[0], (event.clientY - this.from.at[1]) / size[1]]);
  }

  /** Move edges (0: left or top, 1: right or bottom, 0.5: neither) or, with none, all of it. */
  change(box, edges, by) {
    const made = [...box];
    for (const axis of [0, 1]) {
      const low = axis, high = axis + 2;
      if (!edges) {
        const step = Math.min(Math.max(by[axis], -box[low]), 1 - box[high]);
        made[low] += step;
        made[high] += step;
      } else if (edges[axis] === 0) made[low] = Math.min(Math.max(0, box[low] + by[axis]), box[high] - LEAST);
      else if (edges[axis] === 1) made[high] = Math.max(Math.min(1, box[high] + by[axis]), box[low] + LEAST);
    }
    this.box = made;
    this.place();
  }

  key(event) {
    const step = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] }[event.key];
    if (step) this.change(this.box, event.shiftKey ? [1, 1] : null, step);
    else if (event.key === "Enter") this.end(true);
    else if (event.key === "Escape") this.end(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
