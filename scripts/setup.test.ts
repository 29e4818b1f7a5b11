import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const LOCK = {
  packages: {
    '': { name: 'project', version: '1.0.0' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/only-on-windows': { version: '2.0.0', integrity: 'sha512-w', optional: true },
  },
};
const INSTALLED = { packages: { 'node_modules/a': LOCK.packages['node_modules/a'] } };

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'vidfab-setup-'));
  await mkdir(join(project, 'scripts'));
  await mkdir(join(project, 'bin'));
  await copyFile(join(import.meta.dirname, 'setup.mjs'), join(project, 'scripts/setup.mjs'));
  await fakeNpm(0);
});
afterEach(() => rm(project, { recursive: true, force: true }));

describe('setup', () => {
  test.each([
    ['nothing is installed', undefined],
    ['a version differs', { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } }],
    ['the same version has other bytes', { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } }],
    ['a package is missing', {}],
    ['a package is no longer wanted', { ...INSTALLED.packages, 'node_modules/b': { version: '1.0.0' } }],
  ])('installs when %s', async (_case, packages) => {
    await lay(LOCK, packages && { packages });
    expect(run()).toMatchObject({ status: 0 });
    expect(await npmCalls()).toBe('ci --no-audit --no-fund --loglevel=error\n');
  });

  test('installs again after an installation that was cut short', async () => {
    await lay(LOCK, undefined);
    await mkdir(join(project, 'node_modules/a'), { recursive: true });
    run();
    expect(await npmCalls()).toContain('ci');
  });

  test('does nothing, at once, when all is there but packages of other platforms', async () => {
    await lay(LOCK, INSTALLED);
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(await npmCalls()).toBe('');
  });

  test('says in one line that the installation failed', async () => {
    await fakeNpm(7);
    await lay(LOCK, undefined);
    expect(run()).toMatchObject({ status: 1, stderr: 'vidfab: npm ci failed\n' });
  });

  test('says in one line that Node is too old', async () => {
    await lay(LOCK, INSTALLED);
    const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.18.9' })`;
    expect(run(['--import', pretend])).toMatchObject({
      status: 1,
      stderr: 'vidfab: VidFab needs Node 20.19 or newer to install itself; this is 20.18.9\n',
    });
  });
});

async function fakeNpm(code: number): Promise<void> {
  const path = join(project, 'bin/npm');
  await writeFile(path, `#!/bin/sh\necho "$@" >> "${project}/npm-calls"\nexit ${code}\n`);
  await chmod(path, 0o755);
}

async function lay(lock: unknown, installed: unknown): Promise<void> {
  await writeFile(join(project, 'package-lock.json'), JSON.stringify(lock));
  if (installed === undefined) return;
  await mkdir(join(project, 'node_modules'));
  await writeFile(join(project, 'node_modules/.package-lock.json'), JSON.stringify(installed));
}

function run(flags: readonly string[] = []) {
  return spawnSync(process.execPath, [...flags, join(project, 'scripts/setup.mjs')], {
    encoding: 'utf8',
    env: { PATH: `${join(project, 'bin')}${delimiter}${process.env.PATH}` },
  });
}

async function npmCalls(): Promise<string> {
  return readFile(join(project, 'npm-calls'), 'utf8').catch(() => '');
}
