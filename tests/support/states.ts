import type { Page } from 'playwright-core';
import type { Say } from './app-words.ts';

/** A screen in one of its states, on the made-up services of client/app/dev. */
export interface State {
  readonly name: string;
  readonly path: string;
  /** There is more to it than fits on a screen. */
  readonly isLong?: boolean;
  /** @see client/app/dev/situation.ts */
  readonly situation?: Readonly<Record<string, unknown>>;
  /** What a person does to see it. */
  readonly open?: (page: Page, say: Say) => Promise<void>;
}

const EVERYTHING = { videos: 9, pending: 3, failed: 2, favorites: 3, generations: true };

export const STATES: readonly State[] = [
  { name: 'sign-in', path: '/sign-in', situation: { signedIn: false } },
  { name: 'sign-up', path: '/sign-up', situation: { signedIn: false } },
  {
    name: 'sign-up-errors',
    path: '/sign-up',
    situation: { signedIn: false },
    open: (page, say) => button(page, say('Create account')).click(),
  },
  { name: 'sign-in-refused', path: '/sign-in', situation: { signedIn: false }, open: signIn },
  { name: 'sign-in-offline', path: '/sign-in', situation: { signedIn: false, online: false }, open: signIn },
  { name: 'sign-in-share', path: '/sign-in?share=kept', situation: { signedIn: false } },

  { name: 'assets', path: '/', situation: { videos: 30, favorites: 4 } },
  { name: 'assets-empty', path: '/', situation: { videos: 0 } },
  { name: 'assets-loading', path: '/', situation: { videos: 0, trouble: 'silent' } },
  { name: 'assets-every-state', path: '/', situation: { ...EVERYTHING, activity: 'syncing' } },
  { name: 'assets-offline', path: '/', situation: { ...EVERYTHING, online: false } },
  { name: 'assets-pending', path: '/?filter=pending', situation: EVERYTHING },
  { name: 'assets-pending-none', path: '/?filter=pending' },
  { name: 'assets-failed', path: '/?filter=failed', situation: EVERYTHING },
  { name: 'assets-failed-none', path: '/?filter=failed' },
  { name: 'assets-favourites', path: '/?filter=favorites', situation: EVERYTHING },
  { name: 'assets-favourites-none', path: '/?filter=favorites' },
  { name: 'assets-trash', path: '/?filter=trash', situation: { trashed: 4 } },
  { name: 'assets-trash-none', path: '/?filter=trash' },
  { name: 'assets-offline-copies', path: '/?filter=offline', situation: EVERYTHING },
  { name: 'assets-by-title', path: '/?sort=title', situation: EVERYTHING },
  {
    name: 'assets-order',
    path: '/',
    open: (page, say) => button(page, say('Order and size')).click(),
  },
  {
    name: 'assets-chosen',
    path: '/',
    open: async (page, say) => {
      const tile = page.getByTestId('video-tile').first().getByRole('link');
      await tile.press(' ');
      await page.getByRole('toolbar', { name: say('Chosen videos') }).waitFor();
    },
  },
  {
    name: 'assets-chosen-in-trash',
    path: '/?filter=trash',
    situation: { trashed: 4 },
    open: async (page, say) => {
      await page.getByTestId('video-tile').first().getByRole('link').press(' ');
      await page.getByRole('toolbar', { name: say('Chosen videos') }).waitFor();
    },
  },
  { name: 'assets-search', path: '/?q=snow' },
  { name: 'assets-search-none', path: '/?q=zeppelin' },
  { name: 'assets-menu', path: '/', open: (page) => more(page).click() },
  {
    name: 'assets-deleted-toast',
    path: '/',
    open: async (page, say) => {
      await more(page).click();
      await page.getByRole('menuitem', { name: say('Delete') }).click();
    },
  },
  { name: 'assets-session-ended', path: '/', situation: { ...EVERYTHING, expired: true } },
  { name: 'assets-too-old', path: '/', situation: { tooOld: true } },
  { name: 'assets-update-toast', path: '/', situation: { update: true } },
  { name: 'assets-install', path: '/', situation: { install: true } },
  { name: 'assets-disk-full', path: '/', situation: { disk: 'full' } },
  { name: 'assets-importing', path: '/', situation: { imports: 'running' } },
  { name: 'assets-imported', path: '/', situation: { imports: 'done' } },
  { name: 'assets-exporting', path: '/', situation: { imports: 'exporting' } },
  {
    name: 'assets-drop',
    path: '/',
    open: (page) =>
      page.evaluate(() => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['film'], 'film.mp4', { type: 'video/mp4' }));
        dispatchEvent(new DragEvent('dragenter', { dataTransfer, cancelable: true }));
      }),
  },

  { name: 'create', path: '/create', isLong: true },
  { name: 'create-offline', path: '/create', isLong: true, situation: { online: false } },
  { name: 'create-no-models', path: '/create', isLong: true, situation: { models: false } },
  {
    name: 'create-more-options',
    path: '/create',
    open: (page) => page.locator('summary').click(),
  },
  {
    name: 'create-similar',
    path: 'first video',
    isLong: true,
    open: async (page, say) => {
      await page.getByRole('link', { name: say('Create similar') }).click();
      await button(page, say('Not similar to it any more')).waitFor();
    },
  },

  { name: 'video', path: 'first video', isLong: true, situation: { videos: 6 } },
  { name: 'video-pending', path: 'first video', isLong: true, situation: { videos: 6, pending: 1 } },
  { name: 'video-failed', path: 'first video', isLong: true, situation: { videos: 6, failed: 1 } },
  { name: 'video-related', path: 'first video', isLong: true, situation: { videos: 6, related: true }, open: related },
  { name: 'video-none', path: '/video/01900000-0000-7000-8000-000000000001', isLong: true },

  { name: 'activity', path: '/activity', isLong: true },
  { name: 'activity-everything', path: '/activity', isLong: true, situation: { ...EVERYTHING, activity: 'syncing' } },
  {
    name: 'activity-waiting',
    path: '/activity',
    isLong: true,
    situation: { ...EVERYTHING, online: false, activity: 'waiting' },
  },
  {
    name: 'activity-storage-problem',
    path: '/activity',
    isLong: true,
    situation: { pending: 2, activity: 'storage_failed' },
  },
  { name: 'activity-log', path: '/activity', isLong: true, open: (page) => page.locator('summary').click() },

  { name: 'settings', path: '/settings', isLong: true, situation: { install: true } },
  {
    name: 'settings-disk-filling',
    path: '/settings',
    isLong: true,
    situation: { disk: 'filling', notifications: 'on' },
  },
  { name: 'settings-disk-full', path: '/settings', isLong: true, situation: { disk: 'full', notifications: 'denied' } },
  {
    name: 'settings-untold',
    path: '/settings',
    isLong: true,
    situation: { disk: 'untold', notifications: 'unsupported' },
  },
  {
    name: 'settings-sign-out',
    path: '/settings',
    isLong: true,
    open: (page, say) => button(page, say('Sign out')).click(),
  },
  {
    name: 'settings-sign-out-unsaved',
    path: '/settings',
    situation: EVERYTHING,
    open: (page, say) => button(page, say('Sign out')).click(),
  },
  { name: 'settings-sessions', path: '/settings', open: openSessions },
  { name: 'settings-sessions-one', path: '/settings', situation: { otherDevices: false }, open: openSessions },
  { name: 'settings-sessions-loading', path: '/settings', situation: { answers: false }, open: openSessions },
  { name: 'settings-sessions-offline', path: '/settings', situation: { online: false }, open: openSessions },
  {
    name: 'settings-session-ended',
    path: '/settings',
    open: async (page, say) => {
      await openSessions(page, say);
      await page.getByRole('dialog').getByRole('listitem').nth(1).getByRole('button').click();
      await page.getByRole('dialog').getByRole('listitem').nth(4).waitFor({ state: 'detached' });
    },
  },
  { name: 'settings-delete-account', path: '/settings', open: openDeletion },
  { name: 'settings-delete-account-unsaved', path: '/settings', situation: EVERYTHING, open: openDeletion },
  {
    name: 'settings-delete-account-refused',
    path: '/settings',
    situation: EVERYTHING,
    open: (page, say) => confirmDeletion(page, say),
  },
  {
    name: 'settings-delete-account-offline',
    path: '/settings',
    situation: { online: false },
    open: (page, say) => confirmDeletion(page, say),
  },
  {
    name: 'settings-export',
    path: '/settings',
    isLong: true,
    open: (page, say) => button(page, say('Export…')).click(),
  },
  {
    name: 'settings-export-chosen',
    path: '/settings',
    open: async (page, say) => {
      await button(page, say('Export…')).click();
      await page.getByText(say('Chosen ones')).click();
      await page.getByRole('checkbox').nth(1).check();
    },
  },
  {
    name: 'settings-keep-policy',
    path: '/settings',
    open: (page, say) => page.getByText(say('The newest'), { exact: true }).click(),
  },
  {
    name: 'settings-free-space',
    path: '/settings',
    open: (page, say) => button(page, say('Free up space now')).click(),
  },

  { name: 'not-found', path: '/nowhere' },
  { name: 'screen-broken', path: '/create', situation: { trouble: 'broken' } },
  { name: 'start-blocked', path: '/', situation: { trouble: 'blocked' } },
  { name: 'start-failed', path: '/', situation: { trouble: 'not_opened' } },
];

/** Shows a state in a page of the demo; its language and theme are those of the page. */
export async function showState(
  page: Page,
  demo: { readonly url: string; readonly say: Say },
  state: State,
): Promise<void> {
  const situation = JSON.stringify({ videos: 8, ...state.situation });
  const at = (path: string) => page.goto(new URL(path, demo.url).href);
  // Only a page of the demo may write into its session.
  if (!page.url().startsWith(demo.url)) await at('/favicon.svg');
  await page.evaluate((text) => sessionStorage.setItem('demo', text), situation);
  if (state.path === 'first video') {
    await at('/');
    await page.getByTestId('video-tile').first().locator('a').click();
    await page.locator('h1, textarea').first().waitFor();
  } else {
    await at(state.path);
    if (state.situation?.trouble === 'silent') await page.locator('nav').waitFor();
    else await page.locator('h1').first().waitFor();
  }
  await state.open?.(page, demo.say);
}

/** Where it came from stands below everything else. */
async function related(page: Page, say: Say): Promise<void> {
  await page.getByRole('list', { name: say('Variations') }).scrollIntoViewIfNeeded();
}

async function signIn(page: Page, say: Say): Promise<void> {
  await page.getByLabel(say('Email')).fill('ada@example.com');
  await page.getByLabel(say('Password'), { exact: true }).fill('correct horse');
  await button(page, say('Sign in')).click();
  await page.getByRole('alert').waitFor();
}

async function openSessions(page: Page, say: Say): Promise<void> {
  await button(page, say('Where you are signed in…')).click();
  await page.getByRole('dialog').waitFor();
}

async function openDeletion(page: Page, say: Say): Promise<void> {
  await button(page, say('Delete account…')).click();
  await page.getByRole('dialog').waitFor();
}

async function confirmDeletion(page: Page, say: Say): Promise<void> {
  await openDeletion(page, say);
  await page.getByLabel(say('Your password'), { exact: true }).fill('not it');
  await button(page, say('Delete account')).click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
}

function button(page: Page, name: string) {
  return page.getByRole('button', { name, exact: true });
}

function more(page: Page) {
  return page.getByTestId('video-tile').nth(1).getByRole('button').last();
}
