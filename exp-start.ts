// usage: exp-start.ts fill N | run label rounds [trace]
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium } from 'playwright-core';
import { chromiumArgs } from './scripts/chromium.ts';
import { newLibrary } from './tests/support/fill-library.ts';
import { startServer } from './tests/support/server.ts';
import { watchStart } from './bench/gallery/in-page.ts';
const [mode, a, b, c] = process.argv.slice(2);
const PROFILE = '/tmp/exp/profile';
async function launch(profile: string) {
  const child = spawn('/usr/bin/chromium', [...chromiumArgs, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--autoplay-policy=no-user-gesture-required', '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ep = await new Promise<string>((r) => { let s = ''; child.stderr.on('data', (x) => { s += x; const u = /DevTools listening on (\S+)/.exec(s)?.[1]; if (u) r(u); }); });
  const browser = await chromium.connectOverCDP(ep);
  const quit = async () => { const e = once(child, 'exit'); const cdp = await browser.newBrowserCDPSession(); await cdp.send('Browser.close'); await e; };
  return { browser, context: browser.contexts()[0]!, quit };
}
const url = 'http://localhost:4777';
if (mode === 'fill') {
  rmSync('/tmp/exp', { recursive: true, force: true }); mkdirSync('/tmp/exp/data', { recursive: true });
  const server = await startServer({ env: { PORT: '4777', DATA_DIR: '/tmp/exp/data', LOG_LEVEL: 'error' } });
  const d = await launch(PROFILE);
  const page = await d.context.newPage(); await page.setViewportSize({ width: 390, height: 844 }); await page.goto(url);
  const t = Date.now();
  await newLibrary(page, Number(a) - 1);
  await page.reload();
  await page.getByRole('searchbox').fill('needle');
  await page.getByTestId('video-tile').filter({ hasText: 'needle' }).or(page.getByText('Nothing matches')).first().waitFor({ timeout: 600000 });
  console.log('filled', Date.now() - t);
  await page.close(); await d.quit(); await server.stop();
} else {
  // a: label, b: rounds, c: trace
  const server = mode === 'update' ? await startServer({ env: { PORT: '4777', DATA_DIR: '/tmp/exp/data', LOG_LEVEL: 'error' } }) : null;
  if (mode === 'update') {
    // the new build into the profile
    const d = await launch(PROFILE); const page = await d.context.newPage(); await page.goto(url); await page.waitForTimeout(6000); await page.close(); 
    const p2 = await d.context.newPage(); await p2.goto(url); await p2.waitForTimeout(3000); await p2.close(); await d.quit(); await server!.stop(); process.exit(0);
  }
  for (let i = 0; i < Number(b ?? 3); i++) {
    const d = await launch(PROFILE);
    await d.context.setOffline(true);
    const page = await d.context.newPage(); await page.setViewportSize({ width: 390, height: 844 });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await page.addInitScript(watchStart);
    const tracing = c === 'trace' && i === 0;
    const bc = await d.browser.newBrowserCDPSession();
    const chunks: unknown[] = [];
    if (tracing) { bc.on('Tracing.dataCollected', (e) => chunks.push(...e.value)); await bc.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline', 'toplevel', 'v8', 'disabled-by-default-v8.cpu_profiler', 'IndexedDB', 'ServiceWorker', 'blink.user_timing', 'loading', 'disabled-by-default-v8.compile'] } as never }); }
    await page.goto(url);
    const f = await page.evaluate(() => window.started);
    const fcp = await page.evaluate(() => performance.getEntriesByType('paint').map((e) => [e.name, Math.round(e.startTime)]));
    const marks = await page.evaluate(() => performance.getEntriesByType('mark').map((e) => [e.name, Math.round(e.startTime)]));
    const nav = await page.evaluate(() => { const n = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming; return { ws: Math.round(n.workerStart), rs: Math.round(n.responseStart), re: Math.round(n.responseEnd), di: Math.round(n.domInteractive), dcl: Math.round(n.domContentLoadedEventEnd) }; });
    console.log(a, JSON.stringify({ tiles: Math.round(f.tilesMs), posters: Math.round(f.postersMs) }), JSON.stringify(fcp), JSON.stringify(nav), JSON.stringify(marks));
    if (tracing) { const done = new Promise((r) => bc.on('Tracing.tracingComplete', r)); await bc.send('Tracing.end'); await done; writeFileSync('/tmp/exp/trace.json', JSON.stringify({ traceEvents: chunks })); }
    await d.quit();
  }
}
process.exit(0);
