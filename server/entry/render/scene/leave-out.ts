import * as lexicon from './lexicon.ts';
import type { SceneSpec } from './spec.ts';
import { findWords } from './words.ts';

/** The scene without what a negative prompt names; place and time stay, for there is no film without them. */
export function leaveOut(spec: SceneSpec, negativePrompt: string): SceneSpec {
  const text = negativePrompt.normalize('NFKC').toLowerCase();
  const without = <T extends string>(tags: readonly T[], words: Readonly<Record<T, string>>) => {
    const unwanted = findWords(text, words);
    return tags.filter((tag) => !unwanted.includes(tag));
  };
  return {
    ...spec,
    subjects: without(spec.subjects, lexicon.SUBJECT_WORDS),
    weather: without(spec.weather, lexicon.WEATHER_WORDS),
    lights: without(spec.lights, lexicon.LIGHT_WORDS),
    colours: without(spec.colours, lexicon.COLOUR_WORDS),
  };
}
