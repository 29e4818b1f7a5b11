/** 24 px grid, 1.75 px stroke. A path that starts with `!` is filled. */
const PATHS = {
  assets: ['M3.5 5.5a2 2 0 0 1 2-2h13a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2z', 'M3.5 9h17M9 9v11.5'],
  create: ['M12 5v14M5 12h14'],
  activity: ['M3 12h4l2.5-7 5 14L17 12h4'],
  settings: [
    'M4 7h9M17 7h3M4 17h3M11 17h9',
    'M15 9.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5zM9 19.25a2.25 2.25 0 1 0 0-4.5 2.25 2.25 0 0 0 0 4.5z',
  ],
  search: ['M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l4.5 4.5'],
  close: ['M6 6l12 12M18 6L6 18'],
  back: ['M19 12H5M11 6l-6 6 6 6'],
  next: ['M9 5l7 7-7 7'],
  previous: ['M15 5l-7 7 7 7'],
  more: [
    '!M12 6.6a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zm0 7a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2zm0 7a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2z',
  ],
  pending: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7.5V12l3 2'],
  synced: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M8 12.3l2.8 2.8L16 9.6'],
  failed: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7.5v5M12 16.2v.1'],
  offline: ['M3 3l18 18M9.2 5.4A7 7 0 0 1 18.6 11 4.5 4.5 0 0 1 20.8 17M17 19H7a4.5 4.5 0 0 1-.9-8.9'],
  syncing: ['M4 12a8 8 0 0 1 13.7-5.6L20 8.5M20 4v4.5h-4.5M20 12a8 8 0 0 1-13.7 5.6L4 15.5M4 20v-4.5h4.5'],
  device: [
    'M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5z',
    'M9.3 12.2l1.9 1.9 3.6-3.8',
  ],
  download: ['M12 4v11M7 10.5l5 5 5-5M5 20h14'],
  share: ['M12 15V4M7.5 8L12 3.5 16.5 8M5 12.5v6a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-6'],
  heart: ['M12 20s-7.5-4.4-7.5-10A4.3 4.3 0 0 1 12 7.2 4.3 4.3 0 0 1 19.5 10c0 5.6-7.5 10-7.5 10z'],
  heartFilled: ['!M12 20.8s-8.4-4.7-8.4-10.8A5.2 5.2 0 0 1 12 6a5.2 5.2 0 0 1 8.4 4c0 6.1-8.4 10.8-8.4 10.8z'],
  trash: [
    'M4.5 6.5h15M9.5 6.5v-2a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1v2M6.5 6.5l.8 12.1a2 2 0 0 0 2 1.9h5.4a2 2 0 0 0 2-1.9l.8-12.1M10 11v5M14 11v5',
  ],
  restore: ['M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5', 'M12 8v4.2l2.8 1.6'],
  similar: [
    'M8.5 8.5h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z',
    'M3.5 15V5.5a2 2 0 0 1 2-2H15',
    'M13.5 11.5v6M10.5 14.5h6',
  ],
  copy: [
    'M9 9h9.5a1.5 1.5 0 0 1 1.5 1.5V19a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-8.5A1.5 1.5 0 0 1 9 9z',
    'M4.5 14.5V5A1.5 1.5 0 0 1 6 3.5h8.5',
  ],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  play: ['!M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2z'],
  pause: ['!M7 4.5h3v15H7zM14 4.5h3v15h-3z'],
  loop: [
    'M17 2.5l3.5 3.5L17 9.5',
    'M3.5 11.5V9a3 3 0 0 1 3-3h14M7 21.5L3.5 18 7 14.5',
    'M20.5 12.5V15a3 3 0 0 1-3 3h-14',
  ],
  sound: ['M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z', 'M15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11'],
  muted: ['M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z', 'M16 9.5l5 5M21 9.5l-5 5'],
  pip: ['M4.5 4.5h15a1 1 0 0 1 1 1V11M3.5 5.5v12a1 1 0 0 0 1 1H10', 'M13.5 13.5h7v6h-7z'],
  fullscreen: ['M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5'],
  windowed: ['M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5'],
  frameBack: ['!M15.5 6.2v11.6a.8.8 0 0 1-1.2.7L5.4 12.7a.8.8 0 0 1 0-1.4l8.9-5.8a.8.8 0 0 1 1.2.7z', 'M18.5 6v12'],
  frameOn: ['!M8.5 6.2v11.6a.8.8 0 0 0 1.2.7l8.9-5.8a.8.8 0 0 0 0-1.4L9.7 5.5a.8.8 0 0 0-1.2.7z', 'M5.5 6v12'],
  keyboard: [
    'M4.5 6.5h15a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5h-15a1.5 1.5 0 0 1-1.5-1.5v-8a1.5 1.5 0 0 1 1.5-1.5z',
    'M7 10.2v.1M10.3 10.2v.1M13.7 10.2v.1M17 10.2v.1M8.5 14h7',
  ],
  dice: [
    'M5.5 3.5h13a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2z',
    '!M8.5 7.2a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zm7 7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6zM12 10.7a1.3 1.3 0 1 0 0 2.6 1.3 1.3 0 0 0 0-2.6z',
  ],
  eye: ['M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z', 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z'],
  eyeOff: [
    'M4 4l16 16M9.9 5.7A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-2.8 3.6M6 7.5A15 15 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9',
    'M9.9 9.9a3 3 0 0 0 4.2 4.2',
  ],
  install: ['M12 3.5v9.5M8 9.5l4 4 4-4', 'M4.5 14v4.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V14'],
  chevron: ['M5 9l7 7 7-7'],
  import: ['M12 15V4M7.5 8L12 3.5 16.5 8', 'M4.5 14v4.5a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V14'],
  spark: ['M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9zM19 16.5v4M17 18.5h4'],
  clock: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z', 'M12 7.5V12l3 2'],
  film: [
    'M4.5 4.5h15a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z',
    'M7.5 4.5v15M16.5 4.5v15M3.5 9.5h4M3.5 14.5h4M16.5 9.5h4M16.5 14.5h4',
  ],
  filmOff: ['M7 4.5h12.5a1 1 0 0 1 1 1V17M17.5 19.5h-13a1 1 0 0 1-1-1V5.5', 'M3.5 3.5l17 17M10 8.8l5 3.2-1.2.8'],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof PATHS;

export function allIcons(): IconName[] {
  return Object.keys(PATHS).filter((name): name is IconName => name in PATHS);
}

/** They point along the line of reading, and turn round with it. */
const ONE_WAY: ReadonlySet<IconName> = new Set(['back', 'next', 'previous']);

/** Decoration beside a word, or inside a control that has a name of its own. */
export function Icon({
  name,
  size = 20,
  className,
}: {
  name: IconName;
  size?: number;
  className?: string | undefined;
}) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      aria-hidden="true"
      focusable="false"
      data-one-way={ONE_WAY.has(name) || undefined}
      className={className}
    >
      {PATHS[name].map((path) =>
        path.startsWith('!') ? (
          <path key={path} d={path.slice(1)} fill="currentColor" />
        ) : (
          <path
            key={path}
            d={path}
            stroke="currentColor"
            strokeWidth={1.75}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        ),
      )}
    </svg>
  );
}
