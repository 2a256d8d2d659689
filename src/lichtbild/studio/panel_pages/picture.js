// True pixels: a picture's pixel is a pixel of the screen, whatever the page's zoom, at a whole place.

const offset = { x: 0, y: 0 }; // device pixels by which all panes are moved, in step
const panes = new Set();

export class Pane {
  constructor(place) {
    this.place = place;
    this.images = [];
    panes.add(this);
    watch.observe(place);
  }

  show(images) {
    this.images = images; // [{ image, width, height }]
    this.place.replaceChildren(...images.map((each) => each.image), ...this.place.querySelectorAll(".tag, .place"));
    this.lay();
  }

  // How far the larger side of what is shown sticks out, in device pixels.
  get excess() {
    const box = this.place.getBoundingClientRect();
    const ratio = devicePixelRatio;
    const over = (size, room) => Math.max(0, Math.ceil((size - room * ratio) / 2));
    return this.images.reduce(
      (most, each) => ({
        x: Math.max(most.x, over(each.width, box.width)),
        y: Math.max(most.y, over(each.height, box.height)),
      }),
      { x: 0, y: 0 },
    );
  }

  lay() {
    const box = this.place.getBoundingClientRect();
    const ratio = devicePixelRatio;
    for (const { image, width, height } of this.images) {
      const middle = (from, room, size, move) => Math.round(from * ratio + (room * ratio - size) / 2 + move);
      const left = middle(box.left, box.width, width, width > box.width * ratio ? offset.x : 0);
      const top = middle(box.top, box.height, height, height > box.height * ratio ? offset.y : 0);
      image.style.width = `${width / ratio}px`;
      image.style.height = `${height / ratio}px`;
      image.style.left = `${left / ratio - box.left}px`;
      image.style.top = `${top / ratio - box.top}px`;
    }
    const { x, y } = this.excess;
    this.place.classList.toggle("large", x > 0 || y > 0);
  }
}

const layAll = () => panes.forEach((pane) => pane.lay());
const watch = new ResizeObserver(layAll);
addEventListener("resize", layAll);

export function clear() {
  panes.forEach((pane) => watch.unobserve(pane.place));
  panes.clear();
  offset.x = offset.y = 0;
}

export function isLarge() {
  return [...panes].some((pane) => pane.excess.x || pane.excess.y);
}

export function pan(x, y) {
  const most = { x: 0, y: 0 };
  for (const { excess } of panes) {
    most.x = Math.max(most.x, excess.x);
    most.y = Math.max(most.y, excess.y);
  }
  const within = (value, limit) => Math.max(-limit, Math.min(limit, Math.round(value)));
  offset.x = within(offset.x + x * devicePixelRatio, most.x);
  offset.y = within(offset.y + y * devicePixelRatio, most.y);
  layAll();
}

// A press that moves pans; one that does not is a click.
export function pannable(place, click) {
  let from = null;
  let moved = false;
  place.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    from = { x: event.clientX, y: event.clientY };
    moved = false;
    place.setPointerCapture(event.pointerId);
  });
  place.addEventListener("pointermove", (event) => {
    if (!from) return;
    const x = event.clientX - from.x;
    const y = event.clientY - from.y;
    if (!moved && Math.hypot(x, y) < 8) return;
    moved = true;
    pan(x, y);
    from = { x: event.clientX, y: event.clientY };
  });
  place.addEventListener("pointerup", () => {
    if (from && !moved) click?.();
    from = null;
  });
  place.addEventListener("pointercancel", () => {
    from = null;
  });
  place.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && click) {
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) click();
    }
  });
}
