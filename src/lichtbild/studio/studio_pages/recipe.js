// Recipes as nested tables, whose parameters have paths with dots.

export const copy = (recipe) => structuredClone(recipe);

export function get(recipe, path) {
  return path.split(".").reduce((table, key) => table?.[key], recipe);
}

/** The recipe with another value; undefined takes it out, which leaves it to the program. */
export function changed(recipe, path, value) {
  const made = copy(recipe), keys = path.split("."), last = keys.pop();
  const table = keys.reduce((inner, key) => (inner[key] ??= {}), made);
  if (value === undefined) delete table[last];
  else table[last] = value;
  return made;
}

const LOOK_ALONE = ["strength", "person_strength", "local_tone", "sharpening", "vignette", "grain"];

/** What the developing of a scene goes by: everything but the strengths of a look and the file that is written. */
export function developing(recipe) {
  const { look = {}, output, ...rest } = recipe;
  const kept = Object.fromEntries(Object.entries(look).filter(([name]) => !LOOK_ALONE.includes(name)));
  return JSON.stringify({ ...rest, look: kept });
}

/** The same without look and exposure, of which another can be shaded on the same light, nearly. */
export function light(recipe) {
  const { look, output, develop: { exposure, ...rest } = {}, ...others } = recipe;
  return JSON.stringify({ ...others, rest });
}

/** What the tables of a look go by. */
export function shading(recipe) {
  const { strength, person_strength, sharpening, grain, ...look } = recipe.look || {};
  return JSON.stringify([look, recipe.develop?.exposure]);
}
