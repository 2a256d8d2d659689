// Scopes: what the picture as it is shaded holds, measured on a small copy of it, and its tone against the scene's light.

const LUMINANCE = [0.2627, 0.678, 0.0593];
const INKS = { ink: "--ink", muted: "--muted", rule: "--rule", red: "--red", green: "--green", blue: "--blue" };

function inks() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(Object.entries(INKS).map(([name, key]) => [name, style.getPropertyValue(key).trim()]));
}

export const SCOPES = {
  Histogram: histogram,
  Waveform: waveform,
  "Hue wheel": wheel,
  "Tone": tone,
};

/** Draw a scope of codes (RGBA bytes, width, height) and of the scene's light beside them (Float32 RGB) on a canvas. */
export function scope(canvas, name, codes, light) {
  const context = canvas.getContext("2d"), { width, height } = canvas;
  context.globalAlpha = 1;
  context.clearRect(0, 0, width, height);
  SCOPES[name](context, width, height, codes, light, inks());
  canvas.setAttribute("aria-label", `${name} of the picture`);
}

function histogram(context, width, height, { data }, light, ink) {
  const counts = [0, 1, 2].map(() => new Float64Array(256));
  for (let i = 0; i < data.length; i += 4) for (let plane = 0; plane < 3; plane++) counts[plane][data[i + plane]]++;
  const most = Math.max(...counts.map((plane) => Math.max(...plane.subarray(2, 254))), 1);
  context.globalCompositeOperation = "source-over";
  for (const [plane, name] of ["red", "green", "blue"].entries()) {
    context.beginPath();
    context.moveTo(0, height);
    for (let code = 0; code < 256; code++)
      context.lineTo((code / 255) * width, height - 0.96 * height * Math.min(1, Math.sqrt(counts[plane][code] / most)));
    context.lineTo(width, height);
    context.globalAlpha = 0.35;
    context.fillStyle = ink[name];
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = ink[name];
    context.stroke();
  }
}

function waveform(context, width, height, { data, width: wide }, light, ink) {
  grid(context, width, height, [0, 0.25, 0.5, 0.75, 1], ink);
  const cells = new Float32Array(width * height * 3);
  let most = 1;
  for (let i = 0; i < data.length; i += 4) {
    const x = Math.floor((((i / 4) % wide) / wide) * width);
    for (let plane = 0; plane < 3; plane++) {
      const y = Math.round((1 - data[i + plane] / 255) * (height - 1));
      most = Math.max(most, ++cells[(y * width + x) * 3 + plane]);
    }
  }
  glow(context, width, height, cells, most, [[255, 80, 80], [80, 220, 110], [90, 140, 255]]);
}

function glow(context, width, height, cells, most, colours) {
  const image = context.getImageData(0, 0, width, height);
  for (let cell = 0; cell < width * height; cell++)
    for (let plane = 0; plane < colours.length; plane++) {
      const share = Math.min(1, 1.6 * Math.sqrt(cells[cell * colours.length + plane] / most));
      if (!share) continue;
      for (let c = 0; c < 3; c++) image.data[cell * 4 + c] += share * (colours[plane][c] - image.data[cell * 4 + c]);
      image.data[cell * 4 + 3] = Math.max(image.data[cell * 4 + 3], 255 * share);
    }
  context.putImageData(image, 0, 0);
}

/** Chroma in the plane of opponent colours (Oklab's a and b), brighter where more of the picture lies. */
function wheel(context, width, height, { data }, light, ink) {
  const radius = height / 2 - 4, middle = [width / 2, height / 2];
  context.strokeStyle = ink.rule;
  for (const share of [0.5, 1]) {
    context.beginPath();
    context.arc(...middle, share * radius, 0, 7);
    context.stroke();
  }
  context.font = "10px system-ui";
  for (const [name, code] of Object.entries({ R: [255, 0, 0], Y: [255, 255, 0], G: [0, 255, 0], C: [0, 255, 255], B: [0, 0, 255], M: [255, 0, 255] })) {
    const [, a, b] = oklab(...code), far = Math.hypot(a, b);
    context.fillStyle = ink.muted;
    context.fillText(name, middle[0] + (a / far) * (radius - 6) - 3, middle[1] - (b / far) * (radius - 6) + 3);
  }
  for (let i = 0; i < data.length; i += 4) {
    const [, a, b] = oklab(data[i], data[i + 1], data[i + 2]);
    const x = middle[0] + (a / 0.32) * radius, y = middle[1] - (b / 0.32) * radius;
    context.fillStyle = `rgb(${data[i]} ${data[i + 1]} ${data[i + 2]} / 0.5)`;
    context.fillRect(x, y, 1.5, 1.5);
  }
}

const linear = (code) => (code <= 10.31475 ? code / 255 / 12.92 : ((code / 255 + 0.055) / 1.055) ** 2.4);

function oklab(red, green, blue) {
  const [r, g, b] = [red, green, blue].map(linear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** L* of the picture against the scene's light in EV around mid-grey. */
function tone(context, width, height, { data }, light, ink) {
  const [least, most] = [-8, 5];
  grid(context, width, height, [0, 0.25, 0.5, 0.75, 1], ink, (share) => `${Math.round(100 * share)}`);
  for (let ev = least + 1; ev < most; ev += 2) {
    const x = ((ev - least) / (most - least)) * width;
    line(context, x, 0, x, height, ink.rule);
    context.fillText(`${ev > 0 ? "+" : ""}${ev} EV`, x + 2, height - 3);
  }
  if (!light) return;
  context.fillText("L*", width - 16, 10);
  context.fillStyle = ink.blue;
  context.globalAlpha = 0.3;
  for (let i = 0, p = 0; i < data.length; i += 4, p += 3) {
    const scene = LUMINANCE[0] * light[p] + LUMINANCE[1] * light[p + 1] + LUMINANCE[2] * light[p + 2];
    const ev = Math.log2(Math.max(scene, 1e-6) / 0.18);
    const shown = 0.2126 * linear(data[i]) + 0.7152 * linear(data[i + 1]) + 0.0722 * linear(data[i + 2]);
    const lightness = shown > 0.008856 ? 116 * Math.cbrt(shown) - 16 : 903.3 * shown;
    context.fillRect(((ev - least) / (most - least)) * width, height * (1 - lightness / 100), 1.5, 1.5);
  }
  context.globalAlpha = 1;
}

function grid(context, width, height, shares, ink, words) {
  context.fillStyle = ink.muted;
  context.font = "10px system-ui";
  for (const share of shares) {
    const y = Math.round((1 - share) * (height - 1)) + 0.5;
    line(context, 0, y, width, y, ink.rule);
    if (words) context.fillText(words(share), 2, Math.max(y - 2, 9));
  }
}

function line(context, x0, y0, x1, y1, colour) {
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
