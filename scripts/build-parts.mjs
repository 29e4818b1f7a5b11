// Builds parts of the app without the libraries that their size is told over, for `size-limit` to weigh.
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const PARTS = {
  engine: ['sync/engine.ts', 'client/data/sync-store.ts'],
  'service-worker': ['client/sw/sw.ts'],
};

rmSync(`${root}dist/parts`, { recursive: true, force: true });
for (const [name, files] of Object.entries(PARTS)) {
  await build({
    configFile: false,
    root: `${root}client`,
    publicDir: false,
    logLevel: 'error',
    plugins: [{ name: 'part', resolveId: (id) => (id === name ? id : null), load: (id) => loadPart(id, files) }],
    build: {
      outDir: `${root}dist/parts`,
      emptyOutDir: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: name },
        preserveEntrySignatures: 'strict',
        external: [/^dexie/, /^workbox-/],
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  });

  function loadPart(id, sources) {
    return id === name ? sources.map((file) => `export * from ${JSON.stringify(root + file)};`).join('\n') : null;
  }
}
