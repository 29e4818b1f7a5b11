/** The app that runs in a page, reached where React keeps its services: it exposes nothing to tests. */
import type { JSHandle, Page } from 'playwright-core';
import type { UserServices } from '../../client/app/services.ts';
import { until } from '../support/until.ts';

export type RunningApp = JSHandle<UserServices>;

/** The services of the person who is signed in here; another handle is needed after each load. */
export async function runningApp(page: Page): Promise<RunningApp> {
  for (const end = Date.now() + 30_000; ; ) {
    const found = await page.evaluateHandle(findServices).catch(() => null);
    if (found) return found;
    if (Date.now() > end) throw new Error('nobody is signed in here');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Looks for the value of `UserServicesContext` among the fibers of the root. @throws before there is one */
function findServices(): UserServices {
  const isServices = (value: unknown): value is UserServices =>
    typeof value === 'object' && value !== null && 'commands' in value && 'db' in value;
  const member = (of: unknown, name: string): unknown =>
    typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;

  const container = document.getElementById('root');
  const name = Object.keys(container ?? {}).find((key) => key.startsWith('__reactContainer$'));
  if (!container || !name) throw new Error('React renders nothing yet');
  const left: unknown[] = [member(member(member(container, name), 'stateNode'), 'current')];
  while (left.length > 0) {
    const fiber = left.pop();
    if (typeof fiber !== 'object' || fiber === null) continue;
    const value = member(member(fiber, 'memoizedProps'), 'value');
    if (isServices(value)) return value;
    left.push(member(fiber, 'sibling'), member(fiber, 'child'));
  }
  throw new Error('no services yet');
}

/** More often, what is asked for on the way takes the time of what is waited for. */
const KICK_EVERY_MS = 1_000;

/** What a person does who looks at Activity and is in a hurry: "Sync now". */
export async function kick(page: Page): Promise<void> {
  await (await runningApp(page)).evaluate(({ syncNow }) => syncNow());
}

/** Waits until something is so, as a person who keeps asking for it. */
export async function kickUntil<T>(
  page: Page,
  read: () => T | Promise<T>,
  isSo: (value: T) => boolean,
  timeout?: number,
): Promise<T> {
  let next = 0;
  const ask = async () => {
    if (Date.now() >= next) {
      await kick(page);
      next = Date.now() + KICK_EVERY_MS;
    }
    return read();
  };
  return until(ask, isSo, timeout);
}
