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

/** All numbers from 0 to 1 that 16 bits can hold, and more, by their bits: quicker than working each out. */
export const HALVES = Float32Array.from({ length: 0x7c00 }, (_, bits) => fromHalf(bits));
