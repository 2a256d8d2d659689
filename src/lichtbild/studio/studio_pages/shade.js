// Shading: scene light in tiles of 16-bit numbers becomes the picture of a look, by the equation of
// lichtbild.camera.light_table, in one pass of a fragment shader. Nothing else in the page computes a picture.

import { HALVES, toHalf } from "./half.js";

const VERTEX = `#version 300 es
in vec2 corner;
uniform vec4 box;     // of the tile on the canvas: left, top, right, bottom, -1 to 1
uniform vec4 part;    // of the picture: left, top, right, bottom, 0 to 1
out vec2 spot, place;
void main() {
  spot = corner;
  place = mix(part.xy, part.zw, corner);
  gl_Position = vec4(mix(box.x, box.z, corner.x), mix(box.y, box.w, corner.y), 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler3D;
in vec2 spot, place;
out vec4 shown;
uniform sampler2D light;      // of the tile, linear Rec.2020; its fourth plane tells a full sensor
uniform sampler2D places;     // a, b of local tone's base; the lens's fall-off in EV
uniform sampler3D look;       // codes by colour
uniform vec4 tone;            // lift, tame, sink, noise
uniform vec2 gain;            // EV that are added, share of the fall-off that is kept
uniform vec3 levels;          // darkest, 1 / span, nodes
uniform vec2 inner;           // share of the texture's size that the tile fills
uniform int warn;             // 1: clipping, 2: gamut, 4: focus
uniform vec2 texel;

const vec3 LUMINANCE = vec3(0.2627002, 0.6779981, 0.0593017);
const float GREY = 0.18;

float smoothly(float x) { x = clamp(x, 0.0, 1.0); return x * x * (3.0 - 2.0 * x); }
float ev(vec3 colour) { return log2(max(dot(colour, LUMINANCE), GREY / 4096.0) / GREY); }

float local(float base) {
  float dark = smoothly((-0.5 - base) / 2.5) * smoothly((base + 9.0) / 4.0);
  float bright = smoothly((base - 1.0) / 3.0);
  float noisy = smoothly((tone.w + 2.0 - base) / 3.0);
  return tone.x * dark - tone.y * bright - tone.z * noisy;
}

void main() {
  vec4 seen = texture(light, spot * inner);
  vec3 map = texture(places, place).rgb;
  vec3 colour = seen.rgb * exp2(gain.x + gain.y * map.z);
  float base = map.x * ev(colour) + map.y + (1.0 - map.x) * gain.x;
  colour *= exp2(local(base));
  vec3 node = log2(max(colour, 0.0) / levels.x + 1.0) * levels.y;
  vec3 code = texture(look, (clamp(node, 0.0, 1.0) * (levels.z - 1.0) + 0.5) / levels.z).rgb;
  if (warn != 0) {
    float stripe = step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / 12.0));
    float least = min(code.r, min(code.g, code.b)), most = max(code.r, max(code.g, code.b));
    if ((warn & 1) != 0) {
      if (seen.a > 0.5) code = mix(code, vec3(0.0, 0.4, 1.0), stripe);
      else if (most > 0.9981) code = mix(code, vec3(1.0, 0.0, 0.0), stripe);
      else if (most < 0.0019) code = mix(code, vec3(0.0, 0.5, 1.0), stripe);
    }
    if ((warn & 2) != 0 && least < 0.0019 && most > 0.05) code = mix(code, vec3(1.0, 0.0, 1.0), stripe);
    if ((warn & 4) != 0) {
      vec3 right = texture(light, (spot + vec2(texel.x, 0.0)) * inner).rgb;
      vec3 below = texture(light, (spot + vec2(0.0, texel.y)) * inner).rgb;
      float edge = length(vec2(ev(right) - ev(seen.rgb), ev(below) - ev(seen.rgb)));
      if (edge > 0.45 && ev(seen.rgb) > -6.0) code = vec3(0.1, 1.0, 0.2);
    }
  }
  shown = vec4(code, 1.0);
}`;

function program(gl) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, 0, "corner");
  gl.linkProgram(made);
  return made;
}

/** Draws tiles of scene light on a canvas. */
export class Shader {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
    if (!this.gl) throw new Error("this browser has no WebGL2");
    const gl = this.gl;
    this.readable = gl.getExtension("EXT_color_buffer_float") !== null;
    this.program = program(gl);
    this.at = new Proxy({}, { get: (known, name) => (known[name] ??= gl.getUniformLocation(this.program, name)) });
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  }

  /** A texture of RGBA numbers of 16 bits. */
  plane(halves, width, height) {
    const gl = this.gl, made = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, made);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA16F, width, height, 0, gl.RGBA, gl.HALF_FLOAT, halves);
    for (const [name, value] of [["MIN_FILTER", "LINEAR"], ["MAG_FILTER", "LINEAR"], ["WRAP_S", "CLAMP_TO_EDGE"], ["WRAP_T", "CLAMP_TO_EDGE"]])
      gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], gl[value]);
    return { made, width, height };
  }

  drop(texture) {
    this.gl.deleteTexture(texture.made);
  }

  /** A look's tables at all its strengths, of which `Look.at` mixes two. */
  look(told, halves) {
    return new Look(this, told, halves);
  }

  clear(grey) {
    const gl = this.gl;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(grey, grey, grey, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  /** What `draw` would draw on a canvas of this size, as bytes of RGBA from the top row down. */
  read(width, height, tiles, ...rest) {
    const gl = this.gl, kept = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, kept);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    const data = new Uint8Array(width * height * 4);
    this.on(kept, () => {
      gl.viewport(0, 0, width, height);
      // Rows of a texture go up: what is drawn upside down is read from the top.
      const turned = tiles.map((tile) => ({ ...tile, box: [tile.box[0], height - tile.box[1], tile.box[2], height - tile.box[3]] }));
      this.draw(turned, ...rest, { size: { width, height } });
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    });
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.deleteTexture(kept);
    return data;
  }

  /** Light of a pixel of a tile; null where the card does not tell. */
  light(texture, column, row) {
    if (!this.readable) return null;
    const gl = this.gl, found = new Float32Array(4);
    this.on(texture.made, () => gl.readPixels(column, row, 1, 1, gl.RGBA, gl.FLOAT, found));
    return found;
  }

  /** Codes of a pixel of the canvas, from its top left. */
  codes(x, y) {
    const gl = this.gl, found = new Uint8Array(4);
    gl.readPixels(x, this.canvas.height - 1 - y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, found);
    return found;
  }

  on(texture, work) {
    const gl = this.gl, frame = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    work();
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.deleteFramebuffer(frame);
  }

  /** Draw tiles: each {texture, box in pixels of the canvas, part of the picture}; clip bounds a compared half. */
  draw(tiles, places, look, shading, { warn = 0, clip = null, size = this.canvas } = {}) {
    const gl = this.gl, { width, height } = size;
    gl.useProgram(this.program);
    if (clip) {
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(clip[0], height - clip[3], Math.max(0, clip[2] - clip[0]), Math.max(0, clip[3] - clip[1]));
    } else gl.disable(gl.SCISSOR_TEST);
    gl.uniform1i(this.at.light, 0);
    gl.uniform1i(this.at.places, 1);
    gl.uniform1i(this.at.look, 2);
    gl.uniform4f(this.at.tone, shading.lift, shading.tame, shading.sink, shading.noise);
    gl.uniform2f(this.at.gain, shading.ev, shading.keep);
    gl.uniform3f(this.at.levels, look.darkest, 1 / look.span, look.nodes);
    gl.uniform1i(this.at.warn, warn);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, places.made);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, look.texture);
    gl.activeTexture(gl.TEXTURE0);
    for (const { texture, box, part } of tiles) {
      gl.bindTexture(gl.TEXTURE_2D, texture.made);
      gl.uniform4f(this.at.box, (2 * box[0]) / width - 1, 1 - (2 * box[1]) / height, (2 * box[2]) / width - 1, 1 - (2 * box[3]) / height);
      gl.uniform4f(this.at.part, ...part);
      gl.uniform2f(this.at.inner, 1, 1);
      gl.uniform2f(this.at.texel, 1 / texture.width, 1 / texture.height);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    gl.disable(gl.SCISSOR_TEST);
  }
}

/** Stands in for a shader where there is no WebGL2: nothing is shaded, and the program's own picture alone is shown. */
export class Unshaded {
  blind = true;
  plane(halves, width, height) {
    return { width, height };
  }
  look() {
    return { at: () => ({}), drop() {} };
  }
  light() {
    return null;
  }
  drop() {}
  clear() {}
}

/** A look: its numbers at some strengths, and one table on the card for the strength that is shown. */
class Look {
  constructor(shader, told, halves) {
    Object.assign(this, { nodes: told.nodes, darkest: told.darkest, strengths: told.strengths, numbers: told.numbers });
    this.span = Math.log2(told.brightest / told.darkest + 1);
    this.gl = shader.gl;
    this.halves = halves;
    this.size = halves.length / told.strengths.length;
    this.mixed = new Uint16Array(this.size);
    const gl = this.gl;
    this.texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, this.texture);
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.RGBA16F, this.nodes, this.nodes, this.nodes);
    for (const name of ["MIN_FILTER", "MAG_FILTER"]) gl.texParameteri(gl.TEXTURE_3D, gl[`TEXTURE_${name}`], gl.LINEAR);
    for (const axis of ["S", "T", "R"]) gl.texParameteri(gl.TEXTURE_3D, gl[`TEXTURE_WRAP_${axis}`], gl.CLAMP_TO_EDGE);
    this.strength = null;
  }

  /** Put the table of a strength on the card; returns the numbers that go with it. */
  at(strength) {
    const { strengths, numbers } = this;
    let high = strengths.findIndex((one) => one >= strength);
    if (high < 0) high = strengths.length - 1;
    const low = strengths[high] > strength && high > 0 ? high - 1 : high;
    const share = high === low ? 0 : (strength - strengths[low]) / (strengths[high] - strengths[low]);
    if (this.strength !== strength) this._upload(low, high, share);
    this.strength = strength;
    const mixed = {};
    for (const [name, value] of Object.entries(numbers[low])) mixed[name] = value + share * (numbers[high][name] - value);
    return mixed;
  }

  _upload(low, high, share) {
    const one = this.halves.subarray(low * this.size, (low + 1) * this.size);
    let table = one;
    if (share > 0) {
      const other = this.halves.subarray(high * this.size, (high + 1) * this.size);
      table = this.mixed;
      for (let i = 0; i < this.size; i++) {
        const value = HALVES[one[i]];
        table[i] = toHalf(value + share * (HALVES[other[i]] - value));
      }
    }
    const gl = this.gl, { nodes } = this;
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, this.texture);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, nodes, nodes, nodes, gl.RGBA, gl.HALF_FLOAT, table);
  }

  drop() {
    this.gl.deleteTexture(this.texture);
  }
}
