import { build } from 'esbuild';
import type { Peer } from './peers/peer.ts';

/** Each peer's page, by the peer's name, and its worker, by `<name>-worker`, as production scripts. */
export async function bundlePages(peers: readonly Peer[]): Promise<ReadonlyMap<string, string>> {
  const modules = peers.flatMap(({ name, page, worker }): [string, string][] => [
    [name, page],
    ...(worker ? [[`${name}-worker`, worker] as [string, string]] : []),
  ]);
  return new Map(await Promise.all(modules.map(async ([name, path]) => [name, await bundle(path)] as const)));
}

async function bundle(path: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    minify: true,
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}
