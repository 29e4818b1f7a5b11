import { resolve } from 'node:path';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { manifest } from './client/app/manifest.ts';
import packageJson from './package.json' with { type: 'json' };
import { classicEntry } from './scripts/classic-entry.ts';

// Lingui's own transform is a native package that not every registry carries; Babel's does the same.
process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';

export default defineConfig({
  root: 'client',
  publicDir: 'public',
  define: { 'import.meta.env.VITE_VERSION': JSON.stringify(packageJson.version) },
  build: {
    outDir: resolve(import.meta.dirname, 'dist/client'),
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    // The worker has every part at hand: to announce them one by one takes a phone longer than it saves.
    modulePreload: false,
  },
  plugins: [
    react(),
    lingui({ failOnMissing: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
    classicEntry(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'sw',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: null,
      manifest,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,svg,png,woff2,webmanifest}'],
      },
    }),
  ],
});
