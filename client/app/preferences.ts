import type { Observable } from './services.ts';

export type Theme = 'system' | 'dark' | 'light';
export type Locale = 'en' | 'zh-CN';

/** How large the tiles of the gallery are. */
export type Density = 'comfortable' | 'compact';

export const THEMES: readonly Theme[] = ['system', 'dark', 'light'];
/** Each language in its own words. */
export const LOCALES: readonly { readonly value: Locale; readonly label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'zh-CN', label: '简体中文' },
];

/** What a person prefers on this device, signed in or not. */
export interface Preferences {
  readonly theme: Observable<Theme>;
  readonly setTheme: (theme: Theme) => void;
  readonly locale: Observable<Locale>;
  readonly setLocale: (locale: Locale) => void;
  readonly density: Observable<Density>;
  readonly setDensity: (density: Density) => void;
}

export function createPreferences(): Preferences {
  // The key is read by public/theme.js as well.
  const theme = stored<Theme>('vidfab-theme', isTheme, 'system');
  const locale = stored<Locale>('vidfab-locale', isLocale, browserLocale());
  const density = stored<Density>('vidfab-density', isDensity, 'comfortable');
  return {
    theme,
    setTheme: (next) => {
      theme.set(next);
      applyTheme(next);
    },
    locale,
    setLocale: locale.set,
    density,
    setDensity: density.set,
  };
}

interface Stored<T> extends Observable<T> {
  readonly set: (value: T) => void;
}

function stored<T extends string>(key: string, is: (value: unknown) => value is T, fallback: T): Stored<T> {
  const listeners = new Set<() => void>();
  const kept = localStorage.getItem(key);
  let value = is(kept) ? kept : fallback;
  return {
    get: () => value,
    set: (next) => {
      value = next;
      localStorage.setItem(key, next);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  const background = getComputedStyle(root).getPropertyValue('--bg-bar').trim();
  for (const meta of document.querySelectorAll('meta[name=theme-color]')) {
    if (background) meta.setAttribute('content', background);
  }
}

function browserLocale(): Locale {
  return navigator.languages.find((language) => /^(zh|en)\b/.test(language))?.startsWith('zh') ? 'zh-CN' : 'en';
}

function isTheme(value: unknown): value is Theme {
  return value === 'system' || value === 'dark' || value === 'light';
}

function isDensity(value: unknown): value is Density {
  return value === 'comfortable' || value === 'compact';
}

function isLocale(value: unknown): value is Locale {
  return value === 'en' || value === 'zh-CN';
}
