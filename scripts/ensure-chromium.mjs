// Finds the Chromium that the tests drive; where there is none and this is root on Debian, installs it.
import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.ts';

try {
  console.log(`chromium: ${findChromium()}`);
} catch (error) {
  if (process.getuid?.() !== 0 || !run('apt-get', ['--version'], 'ignore')) {
    console.error(error.message);
    process.exit(1);
  }
  console.log('chromium: installing the Debian package');
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 'ignore');
  console.log(`chromium: ${findChromium()}`);
}

function run(command, args, stdio = 'inherit') {
  return spawnSync(command, args, { stdio, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
}
