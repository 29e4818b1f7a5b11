import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { build, type InlineConfig } from 'vite';
import { cache, prepareFilms } from './demo-films.ts';

const root = join(import.meta.dirname, '..');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** @param pseudo the words of no language at all, longer than English and written from right to left */
export function demoConfig(pseudo: boolean): InlineConfig {
  // Lingui's own transform is a native package that not every registry carries; Babel's does the same.
  process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';
  return {
    configFile: false,
    root: join(root, 'client'),
    logLevel: 'warn',
    define: { 'import.meta.env.VITE_PSEUDO': String(pseudo) },
    plugins: [
      react(),
      lingui(pseudo ? { configPath: join(root, 'scripts/pseudo-lingui.config.ts') } : {}),
      babel({ presets: [linguiTransformerBabelPreset()] }),
    ],
  };
}

/** Builds the app on made-up services and serves it: quicker to load again and again than a development server. */
export async function startDemo({ pseudo = false } = {}): Promise<{ readonly url: string; readonly stop: () => void }> {
  const outDir = join(cache, pseudo ? 'pseudo' : 'app');
  await build({
    ...demoConfig(pseudo),
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      minify: false,
      assetsInlineLimit: 0,
      rolldownOptions: { input: join(root, 'client/app/dev/demo.html') },
    },
  });
  const answer = await prepareFilms();
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://demo');
    const asked = join(outDir, pathname);
    const isFile = asked.startsWith(outDir) && existsSync(asked) && statSync(asked).isFile();
    const file = isFile ? asked : join(outDir, 'app/dev/demo.html');
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the demo has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
