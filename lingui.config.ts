import { defineConfig } from '@lingui/cli';

/** What is loaded with the list of imports and exports, and not with the first route. */
const transfers = [
  'client/app/import/import-tray.tsx',
  'client/app/import/import-words.ts',
  'client/app/import/picture-words.ts',
  'client/app/export',
];

/** What comes with a press in the gallery. */
const gallery = [
  'client/app/gallery/gallery-empty.tsx',
  'client/app/gallery/gallery-status.tsx',
  'client/app/gallery/selection',
  'client/app/gallery/view-options.tsx',
];

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh-CN'],
  catalogs: [
    {
      path: 'client/app/i18n/{locale}',
      include: ['client/app'],
      exclude: [
        'client/app/dev',
        'client/app/testing',
        'client/app/settings',
        'client/app/account',
        'client/app/activity',
        'client/app/create',
        'client/app/video',
        ...transfers.map((path) => `**/${path}`),
        '**/client/app/export/**',
        '**/client/app/gallery/gallery-empty.tsx',
        '**/client/app/gallery/gallery-status.tsx',
        '**/client/app/gallery/selection/**',
        '**/client/app/gallery/view-options.tsx',
      ],
    },
    { path: 'client/app/i18n/{locale}/transfers', include: transfers },
    { path: 'client/app/gallery/i18n/gallery.{locale}', include: gallery },
    // Loaded with their screens, and no part of what the first one waits for.
    { path: 'client/app/account/i18n/account.{locale}', include: ['client/app/account'] },
    { path: 'client/app/activity/i18n/activity.{locale}', include: ['client/app/activity'] },
    {
      path: 'client/app/create/i18n/create.{locale}',
      include: ['client/app/create', 'client/app/import/picture-words.ts'],
    },
    { path: 'client/app/video/i18n/video.{locale}', include: ['client/app/video'] },
    { path: 'client/app/settings/i18n/settings.{locale}', include: ['client/app/settings'] },
  ],
  orderBy: 'origin',
});
