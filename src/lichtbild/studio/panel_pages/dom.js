// Elements and words.

let words = {};

export const byId = (id) => document.getElementById(id);

export function setWords(table, language) {
  words = table;
  document.documentElement.lang = language;
}

export function say(key, values = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && !name.startsWith("aria")) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function button(words, act, properties = {}) {
  const made = element("button", { type: "button", ...properties }, words);
  made.addEventListener("click", act);
  return made;
}

export function notice(words) {
  const place = byId("notice");
  if (place.textContent !== words) place.textContent = words;
}

export const trouble = (is) => notice(is ? say("trouble") : "");
