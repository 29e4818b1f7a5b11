// `npm run dev`: the server restarts and the client reloads as their sources change.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../', import.meta.url));
const port = process.env.PORT || '3000';
const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'server/entry/node.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PORT: port },
});
server.on('exit', (code) => process.exit(code ?? 0));

// The browser's own Host goes through, so that the server sees writes come from their own origin.
const proxied = { target: `http://127.0.0.1:${port}`, changeOrigin: false };
const vite = await createServer({
  configFile: `${root}vite.config.ts`,
  plugins: [{ name: 'design', configureServer }],
  server: { port: 5173, proxy: { '/api': proxied, '/media': proxied } },
});
await vite.listen();
vite.printUrls();
console.log('  ➜  Design:  http://localhost:5173/design');

function configureServer({ middlewares }) {
  middlewares.use((request, _, next) => {
    if (request.url === '/design') request.url = '/app/dev/design/design.html';
    next();
  });
}
