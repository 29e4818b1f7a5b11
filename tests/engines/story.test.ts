import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/server.ts';
import { chromium } from './chromium.ts';
import { firefox } from './firefox.ts';
import { tellStory } from './story.ts';
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
  test.skipIf(engine.missing !== null)(
    `open, browse, play, edit, import and ask for more offline; come back, and there is one of each${engine.missing ? ` (skipped: ${engine.missing})` : ''}`,
    async () => {
      const told = await tellStory(engine, server, profile);
      process.stderr.write(`${JSON.stringify({ engine: engine.name, ...told }, null, 2)}\n`);
      const played = { kind: 'played', moved: true, sought: true };
      const expected = told.support.h264 ? played : { kind: 'no_decoder' };
      expect(told).toMatchObject({ online: expected, offline: expected, reopened: expected });
    },
  );
});
