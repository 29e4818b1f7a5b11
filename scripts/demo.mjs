// `node scripts/demo.mjs`: every screen with a made-up library and no server, to look at and work on.
// sessionStorage.demo chooses the situation; see client/app/dev/situation.ts. /design shows the design system.
// With `--rtl` it is written from right to left, in no language.
import { join } from 'node:path';
import { createServer } from 'vite';
import { demoConfig } from './demo-app.ts';
import { cache, prepareFilms } from './demo-films.ts';

const answer = await prepareFilms();
const pseudo = process.argv.includes('--rtl');
const config = demoConfig(pseudo);
const server = await createServer({
  ...config,
  logLevel: 'info',
  cacheDir: join(cache, pseudo ? 'vite-rtl' : 'vite'),
  plugins: [...config.plugins, { name: 'demo', configureServer }],
  server: { port: Number(process.env.PORT ?? 5199), strictPort: true, hmr: false },
});
await server.listen();
server.printUrls();

function configureServer({ middlewares }) {
  middlewares.use((request, response, next) => {
    if (answer(request, response)) return;
    if (request.url === '/design') request.url = '/app/dev/design/design.html';
    else if (request.headers.accept?.includes('text/html')) request.url = '/app/dev/demo.html';
    next();
  });
}
