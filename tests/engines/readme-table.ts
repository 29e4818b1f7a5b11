import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../support/server.ts';

/** What README says that a browser has: `yes`, `no` or another word, by the name of the row. */
export function readmeSays(engine: string): ReadonlyMap<string, string> {
  const [, section = ''] = readFileSync(join(PROJECT, 'README.md'), 'utf8').split('## In which browsers\n');
  const rows = (section.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const column = rows[0]?.findIndex((cell) => cell.startsWith(engine)) ?? -1;
  return new Map(rows.slice(2).map((cells) => [cells[1] ?? '', (cells[column] ?? '').split(/[ ,(]/)[0] ?? '']));
}
