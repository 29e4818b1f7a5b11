import { createContext, use } from 'react';
import type { Preferences } from './preferences.ts';

export const PreferencesContext = createContext<Preferences | null>(null);

export function usePreferences(): Preferences {
  const preferences = use(PreferencesContext);
  if (!preferences) throw new Error('the preferences are missing');
  return preferences;
}
