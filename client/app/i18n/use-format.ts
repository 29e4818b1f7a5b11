import { useLingui } from '@lingui/react';
import { useMemo } from 'react';

export interface Format {
  /** `3.1 MB` */
  readonly bytes: (bytes: number) => string;
  /** `0:04` */
  readonly duration: (ms: number) => string;
  readonly percent: (share: number) => string;
  readonly number: (value: number) => string;
  /** `12 Nov 2026, 14:05` */
  readonly dateTime: (ms: number) => string;
  /** `14:05:09` */
  readonly time: (ms: number) => string;
  /** `24 Nov, 14:05:09` */
  readonly moment: (ms: number) => string;
  /** `November 2026` */
  readonly month: (ms: number) => string;
  /** `5 minutes ago` */
  readonly ago: (ms: number, nowMs: number) => string;
}

/** Dates, sizes and numbers as the language of the screen writes them. */
export function useFormat(): Format {
  const { i18n } = useLingui();
  return useMemo(() => createFormat(i18n.locale), [i18n.locale]);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
const AGES = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const;

/** Each is made when it is first needed: a tile writes no date, and all of them took 5 % of a start. */
function createFormat(locale: string): Format {
  const number = once(() => new Intl.NumberFormat(locale));
  const percent = once(() => new Intl.NumberFormat(locale, { style: 'percent' }));
  const dateTime = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  const time = once(() => new Intl.DateTimeFormat(locale, { timeStyle: 'medium' }));
  const moment = once(
    () =>
      new Intl.DateTimeFormat(locale, {
        month: 'short',
        day: 'numeric',
        hour: 'numeric',
        minute: '2-digit',
        second: '2-digit',
      }),
  );
  const month = once(() => new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' }));
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const sizes = SIZES.map((unit) =>
    once(() => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 })),
  );
  return {
    bytes: (bytes) => {
      const step = bytes < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
      return sizes[step]?.().format(bytes / 1000 ** step) ?? '';
    },
    duration: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
    percent: (share) => percent().format(share),
    number: (value) => number().format(value),
    dateTime: (ms) => dateTime().format(ms),
    time: (ms) => time().format(ms),
    moment: (ms) => moment().format(ms),
    month: (ms) => month().format(ms),
    ago: (ms, nowMs) => {
      const past = Math.max(0, nowMs - ms);
      const age = AGES.find((candidate) => past >= candidate.ms);
      return age ? relative().format(-Math.floor(past / age.ms), age.unit) : relative().format(0, 'second');
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
