import { defineConfig } from '@lingui/cli';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'zh-CN'],
  catalogs: [{ path: 'client/app/i18n/{locale}', include: ['client/app'], exclude: ['client/app/dev'] }],
  orderBy: 'origin',
});
