// Keys: each action has one; buttons name theirs themselves.

let KEYS = {};

/** Listen to keys; `hold` is called when b goes down and up. */
export function keyboard(keys, hold) {
  KEYS = keys;
  addEventListener("keydown", (event) => onKey(event, hold));
  addEventListener("keyup", (event) => event.key.toLowerCase() === "b" && hold(false));
  addEventListener("blur", () => hold(false));
}

function onKey(event, hold) {
  // Caps Lock is no Shift.
  const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
  const typing = event.target.closest?.("input:not([type=range]):not([type=checkbox]), textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const own = event.target.closest?.("select") || event.target.type === "range";
  if (own && (key.startsWith("Arrow") || key.length > 1)) return;
  if (event.target.closest?.("select")) return;
  const onBench = document.body.dataset.at === "bench";
  if (!onBench && (key.startsWith("Arrow") || key === "x")) return;
  if (key === "b" && onBench) return void (event.repeat || hold(true));
  const action = onBench && KEYS[key]?.[1];
  const button = action ? null : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!action && (!button || button.disabled || (!onBench && !button.offsetParent))) return;
  event.preventDefault();
  if (action) action();
  else button.click();
}

export function showKeys(dialog) {
  const names = { ArrowRight: "→", ArrowLeft: "←", Escape: "esc" };
  const rows = Object.entries(KEYS).map(([key, [words]]) => [names[key] ?? key, words]);
  for (const button of document.querySelectorAll("[data-key]")) {
    if (!(button.dataset.key in KEYS)) rows.push([button.dataset.key, (button.dataset.words || button.getAttribute("aria-label") || button.textContent).toLowerCase()]);
  }
  rows.push(["b", "hold to see the other"], ["x", "on the contact sheet: choose for export"]);
  dialog.innerHTML = "<form method=dialog><h2>Keys</h2><ul></ul><menu><button>Close</button></menu></form>";
  const list = dialog.querySelector("ul");
  for (const [key, words] of rows) {
    const row = document.createElement("li"), made = document.createElement("kbd");
    made.textContent = key;
    row.append(made, words);
    list.append(row);
  }
  dialog.showModal();
}
