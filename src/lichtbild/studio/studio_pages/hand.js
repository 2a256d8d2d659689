// Hand: what a pointer does on the stage and to the divider.

/** Drag pans, two fingers or the wheel zoom, a double click goes to 1:1 and back, a move alone is read. */
export function onStage(stage, { pan, zoom, toggle, click, over }) {
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return [(event.clientX - box.left) * devicePixelRatio, (event.clientY - box.top) * devicePixelRatio];
  };
  const down = new Map();
  let moved = false;
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 400), at(event));
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (event.target.closest("#divider, #crop")) return;
    moved = false;
    down.set(event.pointerId, at(event));
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    const now = at(event), before = down.get(event.pointerId);
    if (!before) return over(now);
    moved ||= Math.hypot(now[0] - before[0], now[1] - before[1]) > 2;
    if (down.size === 2) {
      const [, other] = [...down].find(([id]) => id !== event.pointerId);
      const apart = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
      zoom(apart(now, other) / Math.max(apart(before, other), 1), other);
    } else if (moved) pan(now[0] - before[0], now[1] - before[1]);
    if (moved || down.size === 2) down.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel"])
    stage.addEventListener(end, (event) => {
      const was = down.delete(event.pointerId);
      if (was && !moved && end === "pointerup") click(at(event));
    });
  stage.addEventListener("pointerleave", () => over(null));
  stage.addEventListener("dblclick", (event) => event.target.closest("#crop") || toggle(at(event)));
}

/** The line between two pictures: `move` is called with its share of the stage, `by` with a step. */
export function onDivider(handle, stage, { move, by }) {
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = stage.getBoundingClientRect();
    move((event.clientX - box.left) / box.width);
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (!step) return;
    by(step);
    event.preventDefault();
    event.stopPropagation();
  });
}
