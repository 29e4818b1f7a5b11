import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { chromium } from './chromium.ts';
import { firefox } from './firefox.ts';
import { leaveInTheMiddle } from './leaving.ts';
import { readmeSays } from './readme-table.ts';
import { tellStory } from './story.ts';
import { rowsOf } from './support.ts';
import { webkit } from './webkit.ts';

let server: TestServer;
let profile: string;
beforeEach(async () => {
  server = await startServer();
  profile = mkdtempSync(join(tmpdir(), 'vidfab-engine-'));
});
afterEach(async () => {
  await server.stop();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

describe.each([chromium, firefox, webkit])('$name', (engine) => {
  const { name, missing } = engine;

  test('open, browse, play, edit, import and ask for more offline; come back, and there is one of each', async (context) => {
    context.skip(missing !== null, missing ?? '');
    const { support, version, seconds, ...played } = await tellStory(engine, server, profile);
    const said = rowsOf(support);
    context.annotate(`${name} ${version}: ${JSON.stringify({ ...Object.fromEntries(said), seconds })}`);
    const expected = support.h264 ? { kind: 'played', moved: true, sought: true } : { kind: 'no_decoder' };
    expect(played).toMatchObject({ online: expected, offline: expected, reopened: expected });
    const readme = readmeSays(name);
    expect(said.map(([row]) => [row, readme.get(row)])).toEqual(said);
  });

  test('a page that is left in the middle of a write holds up nobody', async (context) => {
    context.skip(missing !== null, missing ?? '');
    await leaveInTheMiddle(engine, server.url, profile);
  });
});
