/**
 * A person with a keyboard and a screen reader: nothing is pressed but keys, and what is heard is what Chromium's
 * accessibility tree says.
 *
 *   const hands = await takeKeyboard(page);         // before the page is opened
 *   await hands.tabTo({ role: 'button', name: 'Generate' });
 *   await hands.press('Enter');
 *   await hands.hears('Queued.');                   // in a live region, since the last time it heard something
 */
import type { CDPSession, Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './until.ts';

/** A node as a screen reader gets it. */
export interface Heard {
  readonly role: string;
  readonly name: string;
  readonly description: string;
  /** Of a slider what it says, of a field what stands in it. */
  readonly value: string;
  /** `checked`, `pressed`, `modal`, `expanded`, `live`, …: as far as they are set. */
  readonly states: Readonly<Record<string, unknown>>;
}

export interface Wanted {
  readonly role: string;
  readonly name: string | RegExp;
}

export interface Keyboard {
  readonly press: (...keys: readonly string[]) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly focused: () => Promise<Heard>;
  /** Presses Tab, or Shift+Tab, until that is focused; it can be seen each time. @throws after `most` presses */
  readonly tabTo: (wanted: Wanted, options?: { readonly back?: boolean; readonly most?: number }) => Promise<Heard>;
  /** Waits for the focus to come to something without a key. */
  readonly isAt: (wanted: Wanted) => Promise<Heard>;
  /** Waits for a live region to say something; what it said before that counts as heard. */
  readonly hears: (words: string | RegExp) => Promise<void>;
  /** Everything on the page with such a role. */
  readonly all: (role: string) => Promise<readonly Heard[]>;
  /** Waits for it to be on the page. */
  readonly finds: (wanted: Wanted) => Promise<void>;
}

const MOST_PRESSES = 60;

export async function takeKeyboard(page: Page): Promise<Keyboard> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Accessibility.enable');
  await page.addInitScript(listen);

  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focused = () => focusedNode(cdp);
  const unheard: string[] = [];
  const all = async (role: string) => (await fullTree(cdp)).map(heard).filter((node) => node.role === role);

  return {
    press,
    type: (text) => page.keyboard.type(text),
    focused,
    tabTo: async (wanted, { back = false, most = MOST_PRESSES } = {}) => {
      const passed: string[] = [];
      for (let presses = 0; presses < most; presses++) {
        await press(back ? 'Shift+Tab' : 'Tab');
        const node = await focused();
        passed.push(`${node.role} “${node.name}”`);
        // At the end of the page it is at the browser's own controls for a press.
        const seen = await page.evaluate(howFocusIsSeen);
        if (seen) expect(seen, passed.at(-1)).toEqual({ marked: true, inSight: true });
        if (fits(node, wanted)) return node;
      }
      throw new Error(`${wanted.role} “${wanted.name}” was not reached by ${most} presses:\n${passed.join('\n')}`);
    },
    isAt: (wanted) => until(focused, (node) => fits(node, wanted)),
    hears: async (words) => {
      const isIt = (said: string) => (typeof words === 'string' ? said.includes(words) : words.test(said));
      await until(
        async () => {
          unheard.push(...(await page.evaluate(takeHeard)));
          return unheard;
        },
        (all) => all.some(isIt),
      );
      unheard.splice(0, unheard.findIndex(isIt) + 1);
    },
    all,
    finds: async (wanted) => {
      const names = async () => (await all(wanted.role)).map(({ name }) => name);
      await until(names, (there) => there.some((name) => fits({ role: wanted.role, name }, wanted)));
    },
  };
}

function fits({ role, name }: Pick<Heard, 'role' | 'name'>, wanted: Wanted): boolean {
  return role === wanted.role && (typeof wanted.name === 'string' ? name === wanted.name : wanted.name.test(name));
}

async function focusedNode(cdp: CDPSession): Promise<Heard> {
  const { result } = await cdp.send('Runtime.evaluate', { expression: 'document.activeElement' });
  const { nodes } = await cdp.send('Accessibility.getPartialAXTree', {
    objectId: result.objectId ?? '',
    fetchRelatives: false,
  });
  return heard(nodes[0]);
}

type TreeNode = Awaited<ReturnType<typeof fullTree>>[number];

async function fullTree(cdp: CDPSession) {
  return (await cdp.send('Accessibility.getFullAXTree', {})).nodes;
}

function heard(node: TreeNode | undefined): Heard {
  return {
    role: String(node?.role?.value ?? ''),
    name: String(node?.name?.value ?? ''),
    description: String(node?.description?.value ?? ''),
    value: String(node?.value?.value ?? ''),
    states: Object.fromEntries((node?.properties ?? []).map(({ name, value }) => [name, value.value])),
  };
}

/** In the page: whether the focus has a line around it, and whether some of it is not covered. [WCAG 2.4.7, 2.4.11] */
function howFocusIsSeen(): { readonly marked: boolean; readonly inSight: boolean } | null {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return null;
  const line = (element: Element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  };
  // The line may be around the whole of it, as around the label of a radio button that is not seen itself.
  const around = [focused.parentElement?.parentElement, focused.parentElement, focused].filter((one) => one != null);
  const marked = [...around, ...focused.querySelectorAll('*')].find(line);
  const seen = marked ?? focused;
  const { left, top, width, height } = seen.getBoundingClientRect();
  const shares = [0.1, 0.5, 0.9];
  const inSight = shares.some((x) =>
    shares.some((y) => {
      const there = document.elementFromPoint(left + width * x, top + height * y);
      return there !== null && seen.contains(there);
    }),
  );
  return { marked: marked !== undefined && focused.matches(':focus-visible'), inSight };
}

/**
 * In the page, before anything else is: writes down what live regions say. One that comes with its words in it says
 * nothing in many screen readers, but for an alert.
 */
function listen(): void {
  const said: string[] = [];
  Object.assign(window, { saidAloud: said });
  const live = '[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
  const regionOf = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest(live);
  const say = (region: Element) => {
    const text = region.textContent?.trim();
    if (text && text !== said.at(-1)) said.push(text);
  };
  new MutationObserver((changes) => {
    const regions = new Set<Element>();
    for (const { target, addedNodes } of changes) {
      const region = regionOf(target);
      if (region) regions.add(region);
      for (const added of addedNodes) {
        if (!(added instanceof Element)) continue;
        if (added.matches('[role=alert]')) regions.add(added);
        for (const alert of added.querySelectorAll('[role=alert]')) regions.add(alert);
      }
    }
    for (const region of regions) if (region.isConnected) say(region);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

function takeHeard(): string[] {
  const said = Reflect.get(window, 'saidAloud');
  return Array.isArray(said) ? said.splice(0) : [];
}
