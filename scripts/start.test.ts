import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

/** Stands for the real one: notes that it was called, and builds. */
const VITE = `
  import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
  appendFileSync('builds', process.argv.slice(2).join(' ') + '\\n');
  mkdirSync('dist/client', { recursive: true });
  writeFileSync('dist/client/index.html', '');
  process.exit(Number(process.env.VITE_EXIT ?? 0));
`;

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'vidfab-start-'));
  await lay('vite.config.ts', '');
  await lay('package-lock.json', '{}');
  await lay('client/main.tsx', 'one');
  await lay('sync/hlc.ts', 'one');
  await lay('node_modules/vite/bin/vite.js', VITE);
  await lay('package.json', '{ "type": "module" }');
  await lay('server/entry/node.ts', `process.stdout.write('serving' satisfies string);`);
  await mkdir(join(project, 'scripts'));
  await copyFile(join(import.meta.dirname, 'start.mjs'), join(project, 'scripts/start.mjs'));
});
afterEach(() => rm(project, { recursive: true, force: true }));

describe('npm start', () => {
  test('builds the client once, and serves', async () => {
    expect(start()).toMatchObject({ status: 0, stdout: 'VidFab: building the app …\nserving' });
    expect(start()).toMatchObject({ status: 0, stdout: 'serving' });
    expect(await builds()).toEqual(['build --logLevel warn']);
  });

  test.each(['vite.config.ts', 'package-lock.json', 'client/main.tsx', 'client/app/new.tsx', 'sync/hlc.ts'])(
    'builds again when %s changed',
    async (path) => {
      start();
      await lay(path, 'two');
      expect(start().stdout).toContain('building');
    },
  );

  test('builds again when what was built is gone, or was cut short', async () => {
    start();
    await rm(join(project, 'dist/client'), { recursive: true });
    expect(start().stdout).toContain('building');
    await lay('client/main.tsx', 'two');
    expect(start({ VITE_EXIT: '3' })).toMatchObject({ status: 3, stdout: 'VidFab: building the app …\n' });
    expect(start().stdout).toContain('building');
  });

  test('does not build for a test or for the server', async () => {
    start();
    await lay('client/app/gallery.test.tsx', 'two');
    await lay('server/app.ts', 'two');
    expect(start().stdout).toBe('serving');
  });
});

async function lay(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), text);
}

function start(env: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['scripts/start.mjs'], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
}

async function builds(): Promise<string[]> {
  return (await readFile(join(project, 'builds'), 'utf8')).trimEnd().split('\n');
}
