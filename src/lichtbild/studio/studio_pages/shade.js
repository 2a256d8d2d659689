// Shading: scene light in tiles of 16-bit numbers becomes the picture of a look, by the equation of
// lichtbild.camera.light_table. Nothing else in the page computes a picture.
//
// In two passes: light is gathered from the tiles at the screen's own pixels, once for a view; then a look is
// given to what was gathered, again for each strength that a slider passes. What does not depend on the look,
//     base = a EV(light) + b,
// is worked out by the first.

import { HALVES } from "./half.js";

const GATHER_VERTEX = `#version 300 es
in vec2 corner;
uniform vec4 box;     // of the tile on the canvas: left, top, right, bottom, -1 to 1
uniform vec4 part;    // of the picture: left, top, right, bottom, 0 to 1
out vec2 spot, place;
void main() {
  spot = corner;
  place = mix(part.xy, part.zw, corner);
  gl_Position = vec4(mix(box.x, box.z, corner.x), mix(box.y, box.w, corner.y), 0.0, 1.0);
}`;

const EXPOSURE = `
const vec3 LUMINANCE = vec3(0.2627002, 0.6779981, 0.0593017);
const float GREY = 0.18;
float ev(vec3 colour) { return log2(max(dot(colour, LUMINANCE), GREY / 4096.0) / GREY); }`;

const GATHER = `#version 300 es
precision highp float;
in vec2 spot, place;
layout(location = 0) out vec4 seen;    // light, base
layout(location = 1) out vec4 beside;  // fall-off, a times fall-off, whether the sensor was full
uniform sampler2D light;               // of the tile, linear Rec.2020; its fourth plane tells a full sensor
uniform sampler2D places;              // a, b of local tone's base; the lens's fall-off in EV
${EXPOSURE}
void main() {
  vec4 found = texture(light, spot);
  vec3 map = texture(places, place).rgb;
  seen = vec4(found.rgb, map.x * ev(found.rgb) + map.y);
  beside = vec4(map.z, map.x * map.z, found.a, 1.0);
}`;

const SHOW_VERTEX = `#version 300 es
in vec2 corner;
void main() { gl_Position = vec4(2.0 * corner - 1.0, 0.0, 1.0); }`;

const SHOW = `#version 300 es
precision highp float;
precision highp sampler3D;
out vec4 shown;
uniform sampler2D seen, beside;
uniform sampler3D look;       // codes by colour
uniform vec4 tone;            // lift, tame, sink, noise
uniform vec2 gain;            // EV that are added, share of the fall-off that is kept
uniform vec3 levels;          // 1 / darkest, steps of the table a doubling, half a step, all in the table's size
uniform int warn;             // 1: clipping, 2: gamut, 4: focus
${EXPOSURE}
float smoothly(float x) { x = clamp(x, 0.0, 1.0); return x * x * (3.0 - 2.0 * x); }

float local(float base) {
  float dark = smoothly((-0.5 - base) / 2.5) * smoothly((base + 9.0) / 4.0);
  float bright = smoothly((base - 1.0) / 3.0);
  float noisy = smoothly((tone.w + 2.0 - base) / 3.0);
  return tone.x * dark - tone.y * bright - tone.z * noisy;
}

void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 here = texelFetch(seen, at, 0);
  float more = gain.x, base = here.a + gain.x;
  if (gain.y != 0.0) {
    vec2 fall = texelFetch(beside, at, 0).xy;
    more += gain.y * fall.x;
    base += gain.y * fall.y;
  }
  if (tone.x != 0.0 || tone.y != 0.0 || tone.z != 0.0) more += local(base);
  vec3 node = log2(max(here.rgb, 0.0) * (exp2(more) * levels.x) + 1.0) * levels.y + levels.z;
  vec3 code = texture(look, node).rgb;
  if (warn != 0) {
    float stripe = step(0.5, fract((gl_FragCoord.x + gl_FragCoord.y) / 12.0));
    float least = min(code.r, min(code.g, code.b)), most = max(code.r, max(code.g, code.b));
    if ((warn & 1) != 0) {
      if (texelFetch(beside, at, 0).z > 0.5) code = mix(code, vec3(0.0, 0.4, 1.0), stripe);
      else if (most > 0.9981) code = mix(code, vec3(1.0, 0.0, 0.0), stripe);
      else if (most < 0.0019) code = mix(code, vec3(0.0, 0.5, 1.0), stripe);
    }
    if ((warn & 2) != 0 && least < 0.0019 && most > 0.05) code = mix(code, vec3(1.0, 0.0, 1.0), stripe);
    if ((warn & 4) != 0) {
      vec2 edge = vec2(ev(texelFetch(seen, at + ivec2(1, 0), 0).rgb), ev(texelFetch(seen, at + ivec2(0, 1), 0).rgb)) - ev(here.rgb);
      if (length(edge) > 0.45 && ev(here.rgb) > -6.0) code = vec3(0.1, 1.0, 0.2);
    }
  }
  shown = vec4(code, 1.0);
}`;

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.bindAttribLocation(made, 0, "corner");
  gl.linkProgram(made);
  const at = new Proxy({}, { get: (known, name) => (known[name] ??= gl.getUniformLocation(made, name)) });
  return { made, at };
}

/** Draws scene light as the picture of a look. */
export class Shader {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", { alpha: false, antialias: false, preserveDrawingBuffer: true });
    if (!this.gl) throw new Error("this browser has no WebGL2");
    const gl = this.gl;
    if (!gl.getExtension("EXT_color_buffer_float")) throw new Error("this graphics card keeps no light in numbers of 16 bits");
    this.gathering = program(gl, GATHER_VERTEX, GATHER);
    this.showing = program(gl, SHOW_VERTEX, SHOW);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  }

  /** A texture of RGBA numbers of 16 bits. */
  plane(halves, width, height) {
    const gl = this.gl, made = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0);
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
    gl.disable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(grey, grey, grey, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  /** Room for the light of so many pixels. */
  room(width, height) {
    const gl = this.gl, frame = gl.createFramebuffer(), planes = [];
    gl.activeTexture(gl.TEXTURE0);
    gl.bindFramebuffer(gl.FRAMEBUFFER, frame);
    for (const number of [0, 1]) {
      const plane = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, plane);
      gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA16F, width, height);
      for (const name of ["MIN_FILTER", "MAG_FILTER"]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], gl.NEAREST);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + number, gl.TEXTURE_2D, plane, 0);
      planes.push(plane);
    }
    gl.drawBuffers([gl.COLOR_ATTACHMENT0, gl.COLOR_ATTACHMENT1]);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    return { frame, planes, width, height, holds: "" };
  }

  leave(room) {
    const gl = this.gl;
    gl.deleteFramebuffer(room.frame);
    for (const plane of room.planes) gl.deleteTexture(plane);
  }

  /** Gather light into a room from tiles: each {texture, box in pixels, part of the picture}. */
  gather(room, tiles, places) {
    const gl = this.gl, { at, made } = this.gathering, { width, height } = room;
    gl.bindFramebuffer(gl.FRAMEBUFFER, room.frame);
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.useProgram(made);
    gl.uniform1i(at.light, 0);
    gl.uniform1i(at.places, 1);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, places.made);
    gl.activeTexture(gl.TEXTURE0);
    for (const { texture, box, part } of tiles) {
      gl.bindTexture(gl.TEXTURE_2D, texture.made);
      gl.uniform4f(at.box, (2 * box[0]) / width - 1, 1 - (2 * box[1]) / height, (2 * box[2]) / width - 1, 1 - (2 * box[3]) / height);
      gl.uniform4f(at.part, ...part);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    }
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  }

  /** Give a look to what was gathered, in a part of the canvas: left, top, right, bottom. */
  show(room, look, shading, { warn = 0, clip }) {
    const gl = this.gl, { at, made } = this.showing, { width, height } = room;
    gl.viewport(0, 0, width, height);
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(clip[0], height - clip[3], Math.max(0, clip[2] - clip[0]), Math.max(0, clip[3] - clip[1]));
    gl.useProgram(made);
    for (const [unit, name] of ["seen", "beside", "look"].entries()) gl.uniform1i(at[name], unit);
    gl.uniform4f(at.tone, shading.lift, shading.tame, shading.sink, shading.noise);
    gl.uniform2f(at.gain, shading.ev, shading.keep);
    gl.uniform3f(at.levels, 1 / look.darkest, (look.nodes - 1) / look.span / look.nodes, 0.5 / look.nodes);
    gl.uniform1i(at.warn, warn);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, look.texture);
    for (const unit of [1, 0]) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, room.planes[unit]);
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.disable(gl.SCISSOR_TEST);
  }

  /** The picture of tiles on a small room of its own, as bytes of RGBA from the top row down. */
  read(width, height, tiles, places, look, shading) {
    const gl = this.gl, room = this.room(width, height), kept = gl.createTexture();
    // Rows of a texture go up: what is gathered upside down is read from the top.
    this.gather(room, tiles.map((tile) => ({ ...tile, box: [tile.box[0], height - tile.box[1], tile.box[2], height - tile.box[3]] })), places);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, kept);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    const data = new Uint8Array(width * height * 4);
    this.on(kept, () => {
      this.show(room, look, shading, { clip: [0, 0, width, height] });
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    });
    gl.deleteTexture(kept);
    this.leave(room);
    return data;
  }

  /** Light of a pixel of a tile. */
  light(texture, column, row) {
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

/**
 * A look: its numbers at some strengths, and one table on the card for the strength that is shown.
 *
 * A table's codes have 10 bits on the card, a quarter of a code of 8 bits: processors that stand in for a card
 * interpolate these twice as fast as numbers of 16 bits.
 */
class Look {
  constructor(shader, told, halves) {
    Object.assign(this, { nodes: told.nodes, darkest: told.darkest, strengths: told.strengths, numbers: told.numbers });
    this.span = Math.log2(told.brightest / told.darkest + 1);
    this.gl = shader.gl;
    this.size = halves.length / told.strengths.length;
    this.codes = Float32Array.from(halves, (half) => 1023 * HALVES[half]);
    this.mixed = new Uint32Array(this.size / 4);
    const gl = this.gl;
    this.texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, this.texture);
    gl.texStorage3D(gl.TEXTURE_3D, 1, gl.RGB10_A2, this.nodes, this.nodes, this.nodes);
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
    if (this.strength !== strength) this.upload(low * this.size, high * this.size, share);
    this.strength = strength;
    const mixed = {};
    for (const [name, value] of Object.entries(numbers[low])) mixed[name] = value + share * (numbers[high][name] - value);
    return mixed;
  }

  upload(low, high, share) {
    const { gl, nodes, codes, mixed, size } = this;
    const between = (at) => codes[low + at] + share * (codes[high + at] - codes[low + at]) + 0.5;
    for (let at = 0; at < size; at += 4) mixed[at >> 2] = between(at) | (between(at + 1) << 10) | (between(at + 2) << 20);
    gl.activeTexture(gl.TEXTURE2);
    gl.bindTexture(gl.TEXTURE_3D, this.texture);
    gl.texSubImage3D(gl.TEXTURE_3D, 0, 0, 0, 0, nodes, nodes, nodes, gl.RGBA, gl.UNSIGNED_INT_2_10_10_10_REV, mixed);
  }

  drop() {
    this.gl.deleteTexture(this.texture);
  }
}
