import { posix } from 'node:path';
import { type OutputBundle, type OutputChunk, rolldown } from 'rolldown';
import type { Plugin } from 'vite';

/** Where the script puts what later parts import from it. */
const GLOBAL = 'vidfab';

/**
 * Builds what the page begins with as one classic script, and leaves what follows later as modules. Chromium compiles
 * the classic scripts that a worker puts into its cache while it is installed, and starts with the outcome; modules it
 * parses and compiles at each start. [docs/decisions/022]
 *
 * Later parts import from the module that the script was, as before; it hands on what the script has put up.
 */
export function classicEntry(): Plugin {
  const first = new Set<string>();
  return {
    name: 'classic-entry',
    apply: 'build',
    enforce: 'post',
    config: () => ({
      build: {
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: (id) => first.has(id) }] } } },
      },
    }),
    buildEnd() {
      const left = [...this.getModuleIds()].filter((id) => this.getModuleInfo(id)?.isEntry);
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        if (first.has(id)) continue;
        first.add(id);
        const module = this.getModuleInfo(id);
        // A module handed on has its values of the moment.
        if (/^export (let|var) /m.test(module?.code ?? '')) this.error(`${id} exports what may change`);
        left.push(...(module?.importedIds ?? []));
      }
    },
    generateBundle: {
      order: 'post',
      async handler(_, bundle) {
        const entry = Object.values(bundle).find((part) => part.type === 'chunk' && part.isEntry);
        const page = bundle['index.html'];
        if (entry?.type !== 'chunk' || page?.type !== 'asset') return;
        const script = this.emitFile({ type: 'asset', name: 'app.js', source: await asScript(entry, bundle) });
        entry.code = handOn(entry.exports);
        page.source = withScript(String(page.source), this.getFileName(script));
      },
    },
  };
}

/** The entry and the parts that it begins with, as one script; what it asks for later stays where it is. */
async function asScript(entry: OutputChunk, bundle: OutputBundle): Promise<string> {
  const later = new Set(entry.dynamicImports);
  const build = await rolldown({
    input: entry.fileName,
    // Only what loads styles asks, of paths that begin at the root.
    transform: { define: { 'import.meta.resolve': 'undefined', 'import.meta.url': 'document.baseURI' } },
    plugins: [
      {
        name: 'parts',
        resolveId: (source) => {
          const name = posix.join(posix.dirname(entry.fileName), posix.basename(source));
          return later.has(name) ? { id: `/${name}`, external: 'absolute' } : name;
        },
        load: (name) => {
          const part = bundle[name];
          return part?.type === 'chunk' ? part.code : null;
        },
      },
    ],
  });
  const { output } = await build.generate({
    format: 'iife',
    name: GLOBAL,
    intro: "'use strict';",
    minify: true,
    codeSplitting: false,
  });
  await build.close();
  return output[0].code;
}

/** Not every name that may be exported may be declared. */
function handOn(names: readonly string[]): string {
  const taken = names.map((name, place) => `${name}:$${place}`);
  const given = names.map((name, place) => `$${place} as ${name}`);
  return `const{${taken}}=${GLOBAL};export{${given}};`;
}

/** Classic scripts come when the page is parsed, as modules do. */
function withScript(html: string, script: string): string {
  return html
    .replace(/<script type="module"[^>]*><\/script>/, `<script defer src="/${script}"></script>`)
    .replaceAll(/\s*<link rel="modulepreload"[^>]*>/g, '');
}
