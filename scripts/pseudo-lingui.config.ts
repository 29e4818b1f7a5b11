import { join } from 'node:path';
import { defineConfig } from '@lingui/cli';
import config from '../lingui.config.ts';

/** English as no one writes it: what stays as it was is written into the code, what is cut has no room for German. */
export default defineConfig({
  ...config,
  rootDir: join(import.meta.dirname, '..'),
  pseudoLocale: { locale: 'en', extend: 0.3 },
});
