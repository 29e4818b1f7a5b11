import * as lexicon from './lexicon.ts';
import { createRandom, hashText } from './random.ts';
import type { Camera, Light, Place, SceneSpec, Season, Subject, Time, Weather } from './spec.ts';

/** Reads a scene out of a prompt. What the words leave open is drawn by lot: the world from the prompt alone, so that a new seed varies the film, not its subject. */
export function readScene(prompt: string, seed: number): SceneSpec {
  const text = prompt.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
  const lot = createRandom(hashText(text), 'world');
  const find = <T extends string>(words: Readonly<Record<T, string>>) => findWords(text, words);

  const namedLights = find(lexicon.LIGHT_WORDS);
  const namedWeather = find(lexicon.WEATHER_WORDS);
  const namedTime = find(lexicon.TIME_WORDS)[0];
  const subjects = chooseSubjects(find(lexicon.SUBJECT_WORDS));
  const season = find(lexicon.SEASON_WORDS)[0] ?? null;
  const mood = find(lexicon.MOOD_WORDS)[0] ?? null;
  const place = choosePlace({
    named: find(lexicon.PLACE_WORDS),
    subjects,
    weather: namedWeather,
    lights: namedLights,
    lot: lot.next(),
  });
  const time = namedTime ?? impliedTime({ lights: namedLights, weather: namedWeather, place, lot: lot.next() });
  const lucky = lot.next();

  return {
    place,
    time,
    weather: chooseWeather({ named: namedWeather, place, time, season, lot: lot.next() }),
    lights: chooseLights({ named: namedLights, place, time }),
    // In a forest one more tree is none.
    subjects:
      subjects.length > 0
        ? subjects.filter((subject) => place !== 'forest' || subject !== 'tree')
        : drawSubject(place, lucky),
    colours: find(lexicon.COLOUR_WORDS).slice(0, 2),
    season,
    mood,
    camera: find(lexicon.CAMERA_WORDS)[0] ?? drawCamera(place, createRandom(seed, 'camera').next()),
    cinematic: findWords(text, { cinematic: lexicon.CINEMATIC_WORDS }).length > 0,
    title: shorten(prompt),
  };
}

/** The tags whose words occur, in the order of the prompt. A longer match keeps its letters: in 火车 there is no 车, in "hot air balloon" no air. */
export function findWords<T extends string>(text: string, words: Readonly<Record<T, string>>): readonly T[] {
  const matches: { readonly tag: T; readonly from: number; readonly to: number }[] = [];
  for (const tag of Object.keys(words) as T[]) {
    for (const word of words[tag].split('|')) {
      const chinese = /\p{Script=Han}/u.test(word);
      for (const match of text.matchAll(new RegExp(chinese ? word : `(?<![a-z])${word}(?:e?s)?(?![a-z])`, 'g'))) {
        matches.push({ tag, from: match.index, to: match.index + match[0].length });
      }
    }
  }
  matches.sort((one, other) => other.to - other.from - (one.to - one.from));
  const kept = matches.filter(
    (match, index) =>
      !matches
        .slice(0, index)
        .some(
          (longer) =>
            longer.tag !== match.tag &&
            longer.to - longer.from > match.to - match.from &&
            longer.from < match.to &&
            match.from < longer.to,
        ),
  );
  return [...new Set(kept.sort((one, other) => one.from - other.from).map((match) => match.tag))];
}

/** Which place a subject brings along when the words name none. */
const HOME: Readonly<Record<Subject, readonly [Place, ...Place[]]>> = {
  person: ['mountains', 'road', 'meadow', 'city', 'beach'],
  couple: ['beach', 'city', 'meadow', 'river'],
  child: ['meadow', 'beach', 'snow'],
  dancer: ['city', 'meadow', 'desert'],
  astronaut: ['space'],
  robot: ['city', 'desert'],
  rider: ['desert', 'meadow', 'mountains'],
  horse: ['meadow', 'desert', 'beach'],
  wolf: ['snow', 'forest', 'meadow'],
  dog: ['meadow', 'beach'],
  cat: ['room'],
  deer: ['forest', 'meadow', 'snow'],
  elephant: ['meadow', 'desert'],
  birds: ['sea', 'mountains', 'clouds'],
  eagle: ['mountains', 'clouds'],
  dragon: ['mountains', 'clouds'],
  butterflies: ['meadow', 'forest'],
  whale: ['underwater'],
  fish: ['underwater'],
  jellyfish: ['underwater'],
  turtle: ['underwater'],
  boat: ['river', 'sea'],
  ship: ['sea'],
  train: ['mountains', 'snow', 'meadow'],
  car: ['road', 'city'],
  bicycle: ['meadow', 'road', 'city'],
  balloon: ['clouds', 'mountains', 'meadow'],
  rocket: ['space', 'desert'],
  plane: ['clouds'],
  lighthouse: ['sea'],
  house: ['snow', 'meadow'],
  castle: ['mountains'],
  pagoda: ['river', 'mountains'],
  windmill: ['meadow'],
  tree: ['meadow', 'river'],
  palm: ['beach'],
  campfire: ['mountains', 'forest', 'desert'],
  lantern: ['river', 'city'],
};

/** Places that a scene is named for rather than set in: any other named place goes before them. */
const VAGUE: readonly Place[] = ['clouds', 'snow', 'road', 'river', 'room'];
const SEA_FOLK: readonly Subject[] = ['whale', 'fish', 'jellyfish', 'turtle'];
const ANYWHERE: readonly [Place, ...Place[]] = [
  'sea',
  'mountains',
  'city',
  'forest',
  'desert',
  'space',
  'underwater',
  'snow',
  'meadow',
  'river',
  'clouds',
  'road',
  'beach',
];

function choosePlace(found: {
  readonly named: readonly Place[];
  readonly subjects: readonly Subject[];
  readonly weather: readonly Weather[];
  readonly lights: readonly Light[];
  readonly lot: number;
}): Place {
  const { named, subjects, lot } = found;
  const draw = (from: readonly [Place, ...Place[]]) => from[Math.floor(lot * from.length)] ?? from[0];
  const clear = named.find((place) => !VAGUE.includes(place)) ?? named.find((place) => place !== 'clouds') ?? named[0];
  if (clear === 'sea' && subjects.some((subject) => SEA_FOLK.includes(subject)) && !subjects.includes('boat'))
    return 'underwater';
  if (clear === 'city' && named.includes('room')) return 'room';
  if (clear === 'space' && named.includes('desert')) return 'desert';
  if (clear === 'meadow' && named.includes('snow')) return 'snow';
  if (
    (clear === 'mountains' || clear === 'forest') &&
    (named.includes('snow') || found.weather.includes('snow')) &&
    subjects.some((subject) => subject === 'house' || subject === 'train')
  )
    return 'snow';
  if (clear !== undefined) return clear;
  if (found.lights.includes('neon')) return 'city';
  const first = subjects[0];
  if (found.weather.includes('snow')) return 'snow';
  if (first !== undefined) return draw(HOME[first]);
  if (found.lights.includes('aurora')) return 'snow';
  if (found.lights.includes('fireworks') || found.weather.includes('rain')) return 'city';
  if (found.lights.includes('lanterns')) return 'river';
  if (found.weather.includes('petals') || found.weather.includes('leaves')) return 'river';
  if (found.weather.includes('fireflies')) return 'forest';
  if (found.weather.includes('storm')) return 'sea';
  return draw(ANYWHERE);
}

/** Three at most, the more telling of two that mean the same. */
function chooseSubjects(named: readonly Subject[]): readonly Subject[] {
  const covered: Readonly<Partial<Record<Subject, readonly Subject[]>>> = {
    rider: ['horse', 'person'],
    astronaut: ['person'],
    robot: ['person'],
    dancer: ['person'],
    couple: ['person'],
    child: ['person', 'balloon'],
    ship: ['boat'],
    palm: ['tree'],
    train: ['car'],
    castle: ['house'],
    pagoda: ['house'],
    bicycle: ['person', 'car'],
    dragon: ['birds'],
  };
  const hidden = new Set(named.flatMap((subject) => covered[subject] ?? []));
  return named.filter((subject) => !hidden.has(subject)).slice(0, 3);
}

/** A lone detail for a scene that names none. */
function drawSubject(place: Place, lot: number): readonly Subject[] {
  const guests: Readonly<Record<Place, readonly Subject[]>> = {
    sea: ['boat', 'birds'],
    beach: ['palm'],
    mountains: ['birds', 'person'],
    city: ['person'],
    forest: ['deer'],
    desert: ['person', 'birds'],
    space: ['rocket'],
    room: [],
    underwater: ['fish', 'whale'],
    snow: ['house'],
    meadow: ['tree', 'birds'],
    river: ['boat', 'birds'],
    clouds: ['birds', 'balloon'],
    road: ['car'],
  };
  const list = guests[place];
  const guest = list[Math.floor(lot * list.length)];
  return guest === undefined ? [] : [guest];
}

function impliedTime(found: {
  readonly lights: readonly Light[];
  readonly weather: readonly Weather[];
  readonly place: Place;
  readonly lot: number;
}): Time {
  const { lights, weather, place, lot } = found;
  const draw = (from: readonly [Time, ...Time[]]) => from[Math.floor(lot * from.length)] ?? from[0];
  if (
    lights.some((light) => light !== 'sun' && light !== 'lanterns') ||
    weather.includes('fireflies') ||
    place === 'space'
  )
    return 'night';
  if (lights.includes('lanterns')) return 'dusk';
  if (weather.includes('storm') || (weather.includes('rain') && place === 'city')) return 'dusk';
  if (lights.includes('sun')) return draw(['golden', 'sunset', 'dawn']);
  if (weather.includes('petals')) return draw(['day', 'golden', 'dawn']);
  if (place === 'underwater' || place === 'meadow') return draw(['day', 'golden']);
  if (place === 'city') return draw(['dusk', 'night', 'sunset']);
  return draw(['golden', 'sunset', 'dusk', 'dawn', 'day']);
}

function chooseWeather(found: {
  readonly named: readonly Weather[];
  readonly place: Place;
  readonly time: Time;
  readonly season: Season | null;
  readonly lot: number;
}): readonly Weather[] {
  const { named, place, time, season, lot } = found;
  const weather = new Set<Weather>(named);
  if (place === 'underwater') return ['bubbles'];
  if (place === 'space') return named.includes('embers') ? ['embers'] : [];
  if (weather.has('storm')) weather.add('rain');
  if (place === 'snow' && !weather.has('rain') && lot < 0.85) weather.add('snow');
  if (weather.has('snow') && (place === 'desert' || weather.has('petals'))) weather.delete('petals');
  if (weather.size === 0) {
    if (place === 'forest')
      weather.add(time === 'night' || time === 'dusk' ? 'fireflies' : season === 'autumn' ? 'leaves' : 'dust');
    if (place === 'desert' || place === 'room') weather.add('dust');
    if (place === 'meadow') weather.add(time === 'night' || time === 'dusk' ? 'fireflies' : 'dust');
  }
  return [...weather].slice(0, 3);
}

function chooseLights(found: {
  readonly named: readonly Light[];
  readonly place: Place;
  readonly time: Time;
}): readonly Light[] {
  const lights = new Set<Light>(found.named);
  if (found.time === 'night') {
    lights.delete('sun');
    if (found.place === 'city') lights.add('neon');
    else lights.add('stars');
    if (!lights.has('aurora') && !lights.has('fireworks') && found.place !== 'space' && found.place !== 'underwater')
      lights.add('moon');
  }
  return [...lights];
}

function drawCamera(place: Place, lot: number): Camera {
  const inward: readonly Camera[] = ['push-in', 'push-in', 'pull-out'];
  const wide: readonly Camera[] = ['pan-right', 'pan-left', 'push-in', 'rise'];
  const choices = place === 'space' || place === 'forest' || place === 'road' || place === 'room' ? inward : wide;
  return choices[Math.floor(lot * choices.length)] ?? 'push-in';
}

/** The first sentence or clause, whole words, at most some forty letters. */
function shorten(prompt: string): string {
  const line =
    prompt
      .replace(/\s+/g, ' ')
      .trim()
      .split(/[.!?;,:。！？；，、：\n]/u)[0]
      ?.trim() ?? '';
  const letters = [...line];
  if (letters.length <= 44) return letters.join('');
  const cut = letters.slice(0, 43).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > 20 ? cut.slice(0, space) : cut}…`;
}
