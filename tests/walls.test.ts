import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The built-ins that type-check everywhere and would still make the engine impure. */
const IMPURE = [/\bDate\.now\b/, /\bnew Date\b/, /\bMath\.random\b/, /\bsetTimeout\b/, /\bsetInterval\b/, /\bfetch\(/];

describe('walls that neither compiler nor linter can hold', () => {
  test.each(sources('sync'))('%s takes clock, chance and network through its ports', (file) => {
    const source = readFileSync(join(root, file), 'utf8');
    expect(IMPURE.filter((pattern) => pattern.test(source))).toEqual([]);
  });

  test.each(sources('server').filter((file) => !file.startsWith('server/entry/')))('%s knows no runtime', (file) => {
    expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/\bprocess\.|\bBuffer\b|\bfrom 'node:|\bDate\.now\b/);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));
}
