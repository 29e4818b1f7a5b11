import { once } from 'node:events';
import { spawnServer } from './server.ts';

/** What a server that is not to start says, and its exit code. */
export async function outcomeOf(env: Readonly<Record<string, string>>) {
  const child = spawnServer(env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
