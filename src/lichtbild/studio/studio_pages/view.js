// View: which part of a picture a canvas shows, and at which scale; all lengths in pixels of the screen's own.

export class View {
  constructor() {
    this.size = [1, 1];      // of the picture
    this.pane = [1, 1];      // of the place that shows it
    this.fitting = true;
    this.scale = 1;          // screen pixels per picture pixel
    this.centre = [0.5, 0.5]; // of the picture, in the middle of the pane
  }

  get fit() {
    return Math.min(this.pane[0] / this.size[0], this.pane[1] / this.size[1], 1);
  }

  settle() {
    if (this.fitting) {
      this.scale = this.fit;
      this.centre = [0.5, 0.5];
    }
    for (const axis of [0, 1]) {
      const shown = this.size[axis] * this.scale;
      const half = this.pane[axis] / (2 * shown);
      this.centre[axis] = shown <= this.pane[axis] ? 0.5 : Math.min(Math.max(this.centre[axis], half), 1 - half);
    }
  }

  /** Rows and columns of the whole picture as it is shown. */
  get shown() {
    return this.size.map((side) => Math.max(1, Math.round(side * this.scale)));
  }

  /** Where the picture's corner lies in the pane, in whole pixels. */
  get corner() {
    const { shown } = this;
    return [0, 1].map((axis) => Math.round(this.pane[axis] / 2 - this.centre[axis] * shown[axis]));
  }

  /** The part of the picture in the pane: left, top, right, bottom, in pixels as shown. */
  get window() {
    const { corner, shown } = this;
    const low = [0, 1].map((axis) => Math.max(0, -corner[axis]));
    const high = [0, 1].map((axis) => Math.min(shown[axis], this.pane[axis] - corner[axis]));
    return [...low, ...high];
  }

  /** The same from 0 to 1. */
  get part() {
    const { window, shown } = this;
    return window.map((side, index) => side / shown[index % 2]);
  }

  /** Where a part of the picture lies in the pane. */
  box([left, top, right, bottom]) {
    const { corner, shown } = this;
    return [corner[0] + left * shown[0], corner[1] + top * shown[1], corner[0] + right * shown[0], corner[1] + bottom * shown[1]];
  }

  /** The place of the picture, 0 to 1, under a point of the pane. */
  place([x, y]) {
    const { corner, shown } = this;
    return [(x - corner[0]) / shown[0], (y - corner[1]) / shown[1]];
  }

  move(x, y) {
    this.fitting = false;
    const { shown } = this;
    this.centre = [this.centre[0] - x / shown[0], this.centre[1] - y / shown[1]];
    this.settle();
  }

  /** Show at another scale, so that what lies under a point stays there. */
  zoom(scale, point = this.pane.map((side) => side / 2)) {
    const place = this.place(point);
    this.scale = Math.min(Math.max(scale, this.fit), 16);
    this.fitting = this.scale <= this.fit;
    const { shown } = this;
    this.centre = [0, 1].map((axis) => place[axis] + (this.pane[axis] / 2 - point[axis]) / shown[axis]);
    this.settle();
  }
}
