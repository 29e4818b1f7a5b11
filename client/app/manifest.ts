import type { ManifestOptions } from 'vite-plugin-pwa';

const NARROW = { width: 390, height: 844, form: 'narrow' } as const;
const WIDE = { width: 1440, height: 900, form: 'wide' } as const;

/** What is shown where a browser offers to install; `scripts/screenshots.ts` takes them. */
export const SCREENSHOTS = [
  { name: 'assets', label: 'My Assets: everything you made, online or off', ...NARROW },
  { name: 'video', label: 'A video, and how safe it is', ...NARROW },
  { name: 'create-similar', label: 'Create', ...NARROW },
  { name: 'assets', label: 'My Assets: everything you made, online or off', ...WIDE },
  { name: 'video', label: 'A video, and how safe it is', ...WIDE },
];

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
  screenshots: SCREENSHOTS.map(({ name, label, width, height, form }) => ({
    src: `/screenshots/${name}-${width}.webp`,
    sizes: `${width}x${height}`,
    type: 'image/webp',
    form_factor: form,
    label,
  })),
  shortcuts: [
    { name: 'Create', url: '/create', icons: [{ src: '/icons/shortcut-create-96.png', sizes: '96x96' }] },
    { name: 'My Assets', url: '/', icons: [{ src: '/icons/shortcut-assets-96.png', sizes: '96x96' }] },
    { name: 'Activity', url: '/activity', icons: [{ src: '/icons/shortcut-activity-96.png', sizes: '96x96' }] },
  ],
};
