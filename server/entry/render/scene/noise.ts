import { createRandom } from './random.ts';

export type Noise1 = (x: number) => number;
export type Noise2 = (x: number, y: number) => number;

const SIZE = 256;

/** Smooth value noise, 0..1, period 256. */
export function createNoise1(seed: number, name: string): Noise1 {
  const values = table(seed, name);
  return (x) => {
    const cell = Math.floor(x);
    const fraction = smooth(x - cell);
    return lerp(at(values, cell), at(values, cell + 1), fraction);
  };
}

/** Smooth value noise, 0..1. */
export function createNoise2(seed: number, name: string): Noise2 {
  const values = table(seed, name);
  const corner = (x: number, y: number) => at(values, x + SIZE * Math.floor(at(values, y) * 7) + Math.imul(y, 57));
  return (x, y) => {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const [fx, fy] = [smooth(x - column), smooth(y - row)];
    return lerp(
      lerp(corner(column, row), corner(column + 1, row), fx),
      lerp(corner(column, row + 1), corner(column + 1, row + 1), fx),
      fy,
    );
  };
}

/** Layers of ever finer noise, 0..1. */
export function fractal1(noise: Noise1, x: number, octaves: number, roughness = 0.5): number {
  let [sum, weight, total, frequency] = [0, 1, 0, 1];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * noise(x * frequency + octave * 17.3);
    total += weight;
    weight *= roughness;
    frequency *= 2.03;
  }
  return sum / total;
}

export function fractal2(noise: Noise2, x: number, y: number, octaves: number): number {
  let [sum, weight, total, frequency] = [0, 1, 0, 1];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * noise(x * frequency + octave * 19.7, y * frequency + octave * 7.1);
    total += weight;
    weight *= 0.5;
    frequency *= 2.07;
  }
  return sum / total;
}

/** Sharp crests, for mountains; 0..1. */
export function ridged1(noise: Noise1, x: number, octaves: number): number {
  let [sum, weight, total, frequency] = [0, 1, 0, 1];
  for (let octave = 0; octave < octaves; octave += 1) {
    const value = 1 - Math.abs(2 * noise(x * frequency + octave * 31.7) - 1);
    sum += weight * value;
    total += weight;
    weight *= 0.46;
    frequency *= 2.1;
  }
  return sum / total;
}

export function smoothstep(from: number, to: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

export function lerp(from: number, to: number, amount: number): number {
  return from + (to - from) * amount;
}

function smooth(x: number): number {
  return x * x * x * (x * (x * 6 - 15) + 10);
}

function table(seed: number, name: string): Float32Array {
  const random = createRandom(seed, name);
  return Float32Array.from({ length: SIZE }, () => random.next());
}

function at(values: Float32Array, index: number): number {
  return values[((index % SIZE) + SIZE) % SIZE] ?? 0;
}
