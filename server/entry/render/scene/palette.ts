import type { Colour } from './colour.ts';
import { hex, lighten, mix, saturate, tinted, turnHue } from './colour.ts';
import type { Random } from './random.ts';
import type { ColourName, SceneSpec, Time } from './spec.ts';

export interface Palette {
  /** Zenith to horizon. */
  readonly sky: readonly [Colour, Colour, Colour, Colour];
  /** The disc of sun or moon. */
  readonly disc: Colour;
  readonly glow: Colour;
  /** What distance fades to. */
  readonly haze: Colour;
  /** The nearest silhouettes. */
  readonly shadow: Colour;
  /** What falls on lit surfaces. */
  readonly light: Colour;
  /** 0..1: how much of a surface's own colour shows. */
  readonly exposure: number;
  /** Windows, lamps, flowers. */
  readonly accent: Colour;
  /** Its counterpart, for a second sign or flower. */
  readonly accent2: Colour;
}

export const NAMED_COLOURS: Readonly<Record<ColourName, Colour>> = {
  red: hex('#e0312f'),
  orange: hex('#f5822a'),
  gold: hex('#f4bd3a'),
  green: hex('#3fae5a'),
  teal: hex('#1fb5b0'),
  blue: hex('#2f6fe0'),
  purple: hex('#8a4fd8'),
  pink: hex('#f27fb2'),
  white: hex('#f4f4f6'),
  black: hex('#101014'),
};

const TIMES: Readonly<Record<Time, Palette>> = {
  dawn: palette({
    sky: ['#2c3a6b', '#7d74a8', '#efa6a0', '#ffdfb8'],
    disc: '#fff3d6',
    glow: '#ffc79a',
    haze: '#e3b0b0',
    shadow: '#1c1d3a',
    light: '#ffd9b8',
    exposure: 0.5,
    accent: '#ffc46b',
    accent2: '#f27fa0',
  }),
  day: palette({
    sky: ['#2a74c4', '#5fa4dd', '#a9d3ea', '#e6f1ea'],
    disc: '#fffdf0',
    glow: '#fff2c8',
    haze: '#b4d4e4',
    shadow: '#13303f',
    light: '#fff8e4',
    exposure: 0.85,
    accent: '#ffd45e',
    accent2: '#ef6a5a',
  }),
  golden: palette({
    sky: ['#3f6296', '#a98a8e', '#f6b26a', '#ffe6a8'],
    disc: '#fffbe0',
    glow: '#ffcb70',
    haze: '#f2b67c',
    shadow: '#2a1a24',
    light: '#ffd07c',
    exposure: 0.62,
    accent: '#ffb84a',
    accent2: '#e8604c',
  }),
  sunset: palette({
    sky: ['#221a4a', '#70306f', '#e4575a', '#ffb95e'],
    disc: '#fff2c0',
    glow: '#ff8a4a',
    haze: '#cf5a68',
    shadow: '#150d24',
    light: '#ff9c5e',
    exposure: 0.36,
    accent: '#ffb04c',
    accent2: '#ff5f7a',
  }),
  dusk: palette({
    sky: ['#0b1338', '#2a3a78', '#7f5f9c', '#f2a48e'],
    disc: '#fdeede',
    glow: '#e8958e',
    haze: '#5d5f9a',
    shadow: '#080b20',
    light: '#b59ac8',
    exposure: 0.3,
    accent: '#ffc266',
    accent2: '#ff6f9c',
  }),
  night: palette({
    sky: ['#040819', '#0a1738', '#173466', '#38639a'],
    disc: '#f2f6ff',
    glow: '#8fb4ea',
    haze: '#24477c',
    shadow: '#03060f',
    light: '#8fb0e0',
    exposure: 0.2,
    accent: '#ffc163',
    accent2: '#5fd0ff',
  }),
};

const NEON = palette({
  sky: ['#070618', '#1c0d47', '#5a1a86', '#e0489c'],
  disc: '#ffe6f6',
  glow: '#ff5fb0',
  haze: '#4a2390',
  shadow: '#05040f',
  light: '#b06cf0',
  exposure: 0.26,
  accent: '#ff4fa0',
  accent2: '#2fe6f0',
});
const STORM = palette({
  sky: ['#0e141d', '#24323f', '#4c6470', '#a8bcb4'],
  disc: '#dfe8ea',
  glow: '#9fb4bc',
  haze: '#5f7078',
  shadow: '#070a0e',
  light: '#a9bcc6',
  exposure: 0.3,
  accent: '#ffc879',
  accent2: '#9fd6ff',
});
const OVERCAST = palette({
  sky: ['#5a6c7c', '#8596a2', '#b2bec3', '#d9dcd8'],
  disc: '#f4f4ee',
  glow: '#e2e4dc',
  haze: '#b0bcc0',
  shadow: '#1a262e',
  light: '#dfe6e6',
  exposure: 0.55,
  accent: '#ffcb7a',
  accent2: '#d8705c',
});
const UNDERWATER = palette({
  sky: ['#9fe6e4', '#37a8c4', '#0f6aa0', '#07345f'],
  disc: '#eafff6',
  glow: '#a8f4ec',
  haze: '#1279a6',
  shadow: '#031a34',
  light: '#8fe8e8',
  exposure: 0.5,
  accent: '#ff9a6a',
  accent2: '#ffd76a',
});
const SPACE = palette({
  sky: ['#05060f', '#0a0b1f', '#12123a', '#1c1a4a'],
  disc: '#fff6e8',
  glow: '#8f8aff',
  haze: '#241f56',
  shadow: '#030409',
  light: '#ffe9cf',
  exposure: 0.75,
  accent: '#ff8fb0',
  accent2: '#58c8ff',
});

export function choosePalette(spec: SceneSpec, random: Random): Palette {
  let chosen = basePalette(spec);
  if (spec.season === 'winter' || spec.place === 'snow')
    chosen = blendAll(chosen, (colour) =>
      mix(colour, tinted(colour, hex('#7fa8d8'), 0.5), spec.time === 'sunset' ? 0.2 : 0.5),
    );
  if (spec.place === 'desert' && spec.time === 'day')
    chosen = { ...chosen, haze: mix(chosen.haze, hex('#ecca98'), 0.7) };
  if (spec.season === 'autumn')
    chosen = {
      ...chosen,
      haze: tinted(chosen.haze, hex('#e09050'), 0.4),
      accent: hex('#ff8f3a'),
      accent2: hex('#e0482f'),
    };
  if (spec.weather.includes('embers') && spec.place !== 'space')
    chosen = {
      ...blendAll(chosen, (colour) => tinted(colour, hex('#d0402a'), 0.5)),
      glow: hex('#ff7a3a'),
      haze: mix(tinted(chosen.haze, hex('#d0402a'), 0.75), chosen.shadow, 0.25),
    };
  chosen = colourNamed(chosen, spec);
  if (spec.mood === 'dreamy')
    chosen = blendAll(chosen, (colour) => lighten(tinted(colour, hex('#d58fd8'), 0.28), 0.015));
  if (spec.mood === 'vintage')
    chosen = blendAll(chosen, (colour) => saturate(tinted(colour, hex('#d8a860'), 0.35), 0.85));
  if (spec.mood === 'vivid') chosen = blendAll(chosen, (colour) => saturate(colour, 1.22));
  if (spec.mood === 'dark') chosen = blendAll(chosen, (colour) => saturate(lighten(colour, -0.08 * colour[0]), 0.78));
  if (spec.mood === 'warm')
    chosen = blendAll(chosen, (colour) => mix(colour, tinted(colour, hex('#ff9a50'), 0.4), 0.5));
  const turn = random.between(-0.16, 0.16);
  return blendAll(chosen, (colour) => turnHue(colour, turn));
}

/** Of a surface: its own colour as this light shows it, faded by `distance` 0 (near) .. 1 (far). */
export function surface(palette: Palette, own: Colour, distance: number): Colour {
  const lit: Colour = tinted(own, palette.light, 0.35 * (1 - palette.exposure) + 0.12);
  const shown = mix(
    palette.shadow,
    [lit[0] * (0.55 + 0.45 * palette.exposure), lit[1], lit[2]],
    0.15 + 0.8 * palette.exposure,
  );
  return mix(shown, palette.haze, Math.min(1, distance) ** 0.85);
}

function basePalette(spec: SceneSpec): Palette {
  if (spec.place === 'underwater')
    return spec.time === 'night' || spec.mood === 'dark'
      ? blendAll(UNDERWATER, (colour) => lighten(tinted(colour, hex('#2040b0'), 0.4), -0.22 * colour[0]))
      : UNDERWATER;
  if (spec.place === 'space') return SPACE;
  if (spec.lights.includes('neon') && (spec.place === 'city' || spec.place === 'road' || spec.place === 'room'))
    return NEON;
  if (spec.weather.includes('storm'))
    return spec.time === 'night' ? mixPalettes(STORM, TIMES.night, 0.55) : mixPalettes(STORM, TIMES[spec.time], 0.16);
  const time = TIMES[spec.time];
  if ((spec.weather.includes('rain') || spec.weather.includes('fog')) && spec.time === 'day')
    return mixPalettes(time, OVERCAST, 0.75);
  if (spec.weather.includes('fog')) return mixPalettes(time, OVERCAST, 0.15);
  return time;
}

/** The first colour named takes sky and haze, the second the lights and flowers. */
function colourNamed(chosen: Palette, spec: SceneSpec): Palette {
  const [first, second] = spec.colours;
  if (first === undefined) return chosen;
  const main = NAMED_COLOURS[first];
  const other = second === undefined ? main : NAMED_COLOURS[second];
  const lift = first === 'black' ? -0.12 : first === 'white' ? 0.06 : 0;
  const [zenith, high, low, horizon] = chosen.sky;
  return {
    ...chosen,
    sky: [
      lighten(tinted(zenith, main, 0.45), lift),
      lighten(tinted(high, main, 0.6), lift),
      lighten(tinted(low, main, 0.6), lift),
      tinted(horizon, other, 0.4),
    ],
    glow: tinted(chosen.glow, other, 0.5),
    haze: lighten(tinted(chosen.haze, main, 0.65), lift),
    shadow: tinted(chosen.shadow, main, 0.4),
    light: tinted(chosen.light, other, 0.3),
    accent: first === 'black' || first === 'white' ? chosen.accent : mix(chosen.accent, other, 0.7),
  };
}

interface PaletteCodes {
  readonly sky: readonly [string, string, string, string];
  readonly disc: string;
  readonly glow: string;
  readonly haze: string;
  readonly shadow: string;
  readonly light: string;
  readonly exposure: number;
  readonly accent: string;
  readonly accent2: string;
}

function palette(codes: PaletteCodes): Palette {
  const [zenith, high, low, horizon] = codes.sky;
  return {
    sky: [hex(zenith), hex(high), hex(low), hex(horizon)],
    disc: hex(codes.disc),
    glow: hex(codes.glow),
    haze: hex(codes.haze),
    shadow: hex(codes.shadow),
    light: hex(codes.light),
    exposure: codes.exposure,
    accent: hex(codes.accent),
    accent2: hex(codes.accent2),
  };
}

function blendAll(from: Palette, change: (colour: Colour) => Colour): Palette {
  const [zenith, high, low, horizon] = from.sky;
  return {
    sky: [change(zenith), change(high), change(low), change(horizon)],
    disc: from.disc,
    glow: change(from.glow),
    haze: change(from.haze),
    shadow: change(from.shadow),
    light: change(from.light),
    exposure: from.exposure,
    accent: from.accent,
    accent2: from.accent2,
  };
}

function mixPalettes(one: Palette, other: Palette, amount: number): Palette {
  const [a, b] = [one.sky, other.sky];
  return {
    sky: [mix(a[0], b[0], amount), mix(a[1], b[1], amount), mix(a[2], b[2], amount), mix(a[3], b[3], amount)],
    disc: mix(one.disc, other.disc, amount),
    glow: mix(one.glow, other.glow, amount),
    haze: mix(one.haze, other.haze, amount),
    shadow: mix(one.shadow, other.shadow, amount),
    light: mix(one.light, other.light, amount),
    exposure: one.exposure + (other.exposure - one.exposure) * amount,
    accent: mix(one.accent, other.accent, amount),
    accent2: mix(one.accent2, other.accent2, amount),
  };
}
