/** What a person would call a browser and the system it runs on; null where its name tells neither. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

/** The first that is found counts: most name several, the ones they take after last. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bMicroMessenger\//, 'WeChat'],
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOP(?:R|T|X|iOS)\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:HuaweiBrowser|ArkWeb)\//, 'Huawei Browser'],
  [/\b(?:MiuiBrowser|XiaoMi\/MiuiBrowser)\//, 'Mi Browser'],
  [/\bM?QQBrowser\//, 'QQ Browser'],
  [/\bUC(?:Browser|WEB)\//, 'UC Browser'],
  [/\bYaBrowser\//, 'Yandex Browser'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:CriOS|(?:Headless)?Chrome|Chromium)\//, 'Chrome'],
  [/\bEpiphany\//, 'GNOME Web'],
  [/\bSafari\//, 'Safari'],
];

/** An iPad calls itself a Mac where it asks for pages of a desktop; nothing in its name tells them apart. */
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b|\biPod\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\b(?:OpenHarmony|HarmonyOS)\b/, 'HarmonyOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'macOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

/** Scripts have names of their own, before the first slash. */
const SCRIPT = /^(?!Mozilla\/)([\w.-]{1,40})(?:\/|$)/;

/** Reads a `User-Agent`, which says what it likes: the answer is for people to recognise, and decides nothing. */
export function deviceOf(userAgent: string): Device {
  const script = SCRIPT.exec(userAgent)?.[1];
  if (script !== undefined && script !== 'Opera') return { browser: script, system: null };
  const named = (names: typeof BROWSERS) => names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
  return { browser: named(BROWSERS), system: named(SYSTEMS) };
}
