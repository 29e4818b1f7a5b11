import type { ManifestOptions } from 'vite-plugin-pwa';

/** The web app manifest; built by vite.config.ts, which cannot import a screen. */
export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'VidFab',
  short_name: 'VidFab',
  description: 'Make AI videos anywhere. Every finished video is kept, online or off.',
  lang: 'en',
  dir: 'ltr',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  theme_color: '#0c0d0f',
  background_color: '#0c0d0f',
  categories: ['photo', 'productivity', 'entertainment'],
  launch_handler: { client_mode: 'navigate-existing' },
  share_target: {
    action: '/share',
    method: 'POST',
    enctype: 'multipart/form-data',
    params: {
      title: 'title',
      text: 'text',
      url: 'url',
      files: [{ name: 'videos', accept: ['video/*', 'image/jpeg', 'image/png', 'image/webp'] }],
    },
  },
  file_handlers: [
    {
      action: '/',
      accept: { 'video/mp4': ['.mp4', '.m4v'], 'video/quicktime': ['.mov'], 'video/webm': ['.webm'] },
    },
  ],
  icons: [
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
    { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
  ],
  shortcuts: [
    { name: 'Create', url: '/create', icons: [{ src: '/icons/shortcut-create-96.png', sizes: '96x96' }] },
    { name: 'My Assets', url: '/', icons: [{ src: '/icons/shortcut-assets-96.png', sizes: '96x96' }] },
    { name: 'Activity', url: '/activity', icons: [{ src: '/icons/shortcut-activity-96.png', sizes: '96x96' }] },
  ],
};
