import type { SessionView } from '../services.ts';

const DAY_MS = 86_400_000;

const DEVICES: readonly (readonly [string | null, number, number])[] = [
  ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36', 12, 0],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1', 40, 1],
  ['Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 SamsungBrowser/29.0 Chrome/136.0.0.0 Safari/537.36', 61, 24],
  ['curl/8.15.0', 3, 3],
  [null, 88, 80],
];

/** Where Ada is signed in; the first is here. */
export function fakeSessions(): readonly SessionView[] {
  return DEVICES.map(([userAgent, signedIn, used], index) => ({
    id: `session-${index}`,
    userAgent,
    signedInAt: Date.now() - signedIn * DAY_MS,
    usedAt: Date.now() - used * DAY_MS,
    isThis: index === 0,
  }));
}
