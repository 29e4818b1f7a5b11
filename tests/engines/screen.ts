import { expect } from 'vitest';
import { rowsHere } from '../support/library.ts';
import type { EngineDriver } from './engine.ts';

/** What a person does and sees in a page, in whichever browser. Elements are named by CSS. */
export interface Screen {
  /** Clicks the first that can be seen, once there is one and nothing is in front of it. */
  readonly click: (css: string) => Promise<void>;
  /** Types it in the place of what is there. */
  readonly fill: (css: string, text: string) => Promise<void>;
  readonly waitFor: (css: string) => Promise<void>;
  /** An attribute of all of them, in order. */
  readonly attributes: (css: string, name: string) => Promise<(string | null)[]>;
  /** What all of them say. */
  readonly texts: (css: string) => Promise<string[]>;
  /** What a table of the signed-in person's database holds. */
  readonly rows: <Row>(table: string) => Promise<Row[]>;
}

const SOON = { timeout: 30_000, interval: 200 };

export function createScreen(driver: EngineDriver): Screen {
  // A page that is being left has nothing to say: it is asked again.
  const place = (css: string) => driver.evaluate(placeOf, css).catch(() => null);

  const click = async (css: string) => {
    let found: Awaited<ReturnType<typeof place>> = null;
    await expect.poll(async () => (found = await place(css)), { ...SOON, message: css }).not.toBeNull();
    if (found) await driver.clickAt(found);
  };
  return {
    click,
    fill: async (css, text) => {
      await click(css);
      await driver.evaluate(selectAll, css);
      await driver.type(text);
    },
    waitFor: async (css) => void (await expect.poll(() => place(css), { ...SOON, message: css }).not.toBeNull()),
    attributes: (css, name) => driver.evaluate(attributesOf, { css, name }),
    texts: (css) => driver.evaluate(textsOf, css),
    rows: <Row>(table: string) => driver.evaluate(rowsHere<Row>, table),
  };
}

/** The middle of the first that can be seen and clicked; null where there is none now. */
function placeOf(css: string): { readonly x: number; readonly y: number } | null {
  const element = [...document.querySelectorAll(css)].find((each) => each.getClientRects().length > 0);
  if (!element || element.matches(':disabled')) return null;
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top, width, height } = element.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const hit = document.elementFromPoint(x, y);
  return hit && (element.contains(hit) || hit.contains(element)) ? { x, y } : null;
}

function selectAll(css: string): void {
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(css)) {
    if (field === document.activeElement) field.select();
  }
}

function attributesOf({ css, name }: { readonly css: string; readonly name: string }): (string | null)[] {
  return [...document.querySelectorAll(css)].map((element) => element.getAttribute(name));
}

function textsOf(css: string): string[] {
  return [...document.querySelectorAll(css)].map(({ textContent }) => textContent ?? '');
}
