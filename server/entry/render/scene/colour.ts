/** OKLab: mixes stay clean (no grey between blue and orange) and lightness means what the eye sees. L, a, b. */
export type Colour = readonly [lightness: number, a: number, b: number];

export function hex(code: string): Colour {
  const value = Number.parseInt(code.slice(1), 16);
  const [r, g, b] = [linear((value >> 16) & 255), linear((value >> 8) & 255), linear(value & 255)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** 0..255 each. */
export function rgb([lightness, a, b]: Colour): readonly [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

export function css(colour: Colour, alpha = 1): string {
  const [r, g, b] = rgb(colour);
  return `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${Math.round(alpha * 1000) / 1000})`;
}

export function mix(from: Colour, to: Colour, amount: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * amount,
    from[1] + (to[1] - from[1]) * amount,
    from[2] + (to[2] - from[2]) * amount,
  ];
}

export function lighten(colour: Colour, amount: number): Colour {
  return [Math.min(1, Math.max(0, colour[0] + amount)), colour[1], colour[2]];
}

export function saturate(colour: Colour, factor: number): Colour {
  return [colour[0], colour[1] * factor, colour[2] * factor];
}

export function turnHue(colour: Colour, radians: number): Colour {
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return [colour[0], colour[1] * cos - colour[2] * sin, colour[1] * sin + colour[2] * cos];
}

/** Takes the hue and some of the strength of `tint`, keeps the lightness. */
export function tinted(colour: Colour, tint: Colour, amount: number): Colour {
  const chroma = Math.max(Math.hypot(colour[1], colour[2]), 0.06);
  const strength = Math.hypot(tint[1], tint[2]);
  const scale = strength < 0.02 ? 0.3 : Math.min(1.25, (chroma / strength + 0.6) / 1.6);
  return mix(colour, [colour[0], tint[1] * scale, tint[2] * scale], amount);
}

function linear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function gamma(value: number): number {
  const clipped = Math.min(1, Math.max(0, value));
  return 255 * (clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055);
}
