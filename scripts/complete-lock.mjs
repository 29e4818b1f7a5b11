// Adds to package-lock.json the optional platform packages that the registry in use does not carry,
// without which `npm ci` refuses the lock file. See docs/decisions/001.
import { readFileSync, writeFileSync } from 'node:fs';

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'riscv64', 'ppc64', 's390x', 'loong64', 'mips64el', 'wasm32', 'arm'];

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const missing = Object.entries(lock.packages).flatMap(([parent, { dev, optionalDependencies }]) =>
  Object.entries(optionalDependencies ?? {})
    .filter(([name]) => !isLocked(parent, name))
    .map(([name, version]) => [`node_modules/${name}`, entry(name, version, dev)]),
);
const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(missing) });
lock.packages = Object.fromEntries(packages.sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${missing.length} packages of other platforms added`);

/** Looks for a package as Node resolves it: beside its parent, then in each folder above. */
function isLocked(parent, name) {
  if (lock.packages[`${parent}${parent && '/'}node_modules/${name}`]) return true;
  return parent !== '' && isLocked(parent.slice(0, Math.max(0, parent.lastIndexOf('/node_modules/'))), name);
}

function entry(name, version, dev) {
  const build = name.split('/').at(-1);
  const os = SYSTEMS.find((system) => build.includes(system)) ?? (build.includes('wasm') ? 'none' : undefined);
  const cpu = PROCESSORS.find((processor) => build.includes(processor)) ?? (build.endsWith('-64') ? 'x64' : undefined);
  const libc = build.includes('musl') ? 'musl' : build.includes('gnu') ? 'glibc' : undefined;
  return {
    version: version.replace(/^[^0-9]*/, ''),
    ...(dev && { dev }),
    optional: true,
    ...(os && { os: [os] }),
    ...(cpu && { cpu: [cpu] }),
    ...(libc && { libc: [libc] }),
  };
}
