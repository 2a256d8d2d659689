// Numbers of 16 bits (IEEE 754 binary16), which a graphics card reads by itself and JavaScript does not.

const buffer = new ArrayBuffer(4);
const asFloat = new Float32Array(buffer);
const asBits = new Uint32Array(buffer);

/** The number that 16 bits stand for. */
export function fromHalf(half) {
  const sign = (half & 0x8000) << 16, exponent = (half >> 10) & 31, fraction = half & 1023;
  if (exponent === 0) return (sign ? -1 : 1) * fraction * 2 ** -24;
  asBits[0] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  return asFloat[0];
}

/** The 16 bits of a number from 0 to 65504, rounded to the nearest. */
export function toHalf(number) {
  if (number < 2 ** -14) return Math.round(number * 2 ** 24);
  asFloat[0] = number;
  const bits = asBits[0] + 0x1000;
  return Math.min(((bits >> 13) & 0x3ffff) - (112 << 10), 0x7bff);
}

/** All numbers between 0 and 1 that 16 bits can hold, by their bits: quicker than working each out. */
export const HALVES = Float32Array.from({ length: 0x7c00 }, (_, bits) => fromHalf(bits));
