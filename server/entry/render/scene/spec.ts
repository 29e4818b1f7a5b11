/** What a prompt asks for, before anything is drawn. */
export interface SceneSpec {
  readonly place: Place;
  readonly time: Time;
  readonly weather: readonly Weather[];
  readonly lights: readonly Light[];
  readonly subjects: readonly Subject[];
  readonly colours: readonly ColourName[];
  readonly season: Season | null;
  readonly mood: Mood | null;
  readonly camera: Camera;
  /** Black bars above and below. */
  readonly cinematic: boolean;
  /** The prompt, shortened; empty for none. */
  readonly title: string;
}

export type Place =
  | 'sea'
  | 'beach'
  | 'mountains'
  | 'city'
  | 'forest'
  | 'desert'
  | 'space'
  | 'room'
  | 'underwater'
  | 'snow'
  | 'meadow'
  | 'river'
  | 'clouds'
  | 'road';
export type Time = 'dawn' | 'day' | 'golden' | 'sunset' | 'dusk' | 'night';
export type Weather =
  | 'rain'
  | 'snow'
  | 'petals'
  | 'leaves'
  | 'embers'
  | 'fireflies'
  | 'bubbles'
  | 'fog'
  | 'storm'
  | 'dust';
export type Light = 'neon' | 'aurora' | 'stars' | 'moon' | 'sun' | 'lanterns' | 'meteors' | 'fireworks';
export type Season = 'spring' | 'summer' | 'autumn' | 'winter';
export type Mood = 'calm' | 'dark' | 'warm' | 'dreamy' | 'vivid' | 'vintage';
export type Camera = 'pan-left' | 'pan-right' | 'push-in' | 'pull-out' | 'rise';
export type ColourName = 'red' | 'orange' | 'gold' | 'green' | 'teal' | 'blue' | 'purple' | 'pink' | 'white' | 'black';
export type Subject =
  | 'person'
  | 'couple'
  | 'child'
  | 'dancer'
  | 'astronaut'
  | 'robot'
  | 'rider'
  | 'horse'
  | 'wolf'
  | 'dog'
  | 'cat'
  | 'deer'
  | 'elephant'
  | 'birds'
  | 'eagle'
  | 'dragon'
  | 'butterflies'
  | 'whale'
  | 'fish'
  | 'jellyfish'
  | 'turtle'
  | 'boat'
  | 'ship'
  | 'train'
  | 'car'
  | 'bicycle'
  | 'balloon'
  | 'rocket'
  | 'plane'
  | 'lighthouse'
  | 'house'
  | 'castle'
  | 'pagoda'
  | 'windmill'
  | 'tree'
  | 'palm'
  | 'campfire'
  | 'lantern';
