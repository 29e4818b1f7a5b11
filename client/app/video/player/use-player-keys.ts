import { useEffect } from 'react';
import { isTyped, keyName, SHORTCUTS, type Shortcut } from './shortcuts.ts';
import type { Acts } from './use-acts.ts';

/** Does what a key stands for, wherever the focus is on the page but where the key has a meaning of its own. */
export function usePlayerKeys(options: {
  readonly acts: Acts;
  /** Whether keys that type something count. */
  readonly withTyped: boolean;
}): void {
  const { acts, withTyped } = options;
  useEffect(() => {
    const byKey = new Map<string, Shortcut>();
    for (const shortcut of SHORTCUTS) for (const key of shortcut.keys) byKey.set(key, shortcut);
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const key = keyName(event);
      const shortcut = byKey.get(key);
      const act = shortcut && acts[shortcut.act];
      if (!act || isBusy(event.target, key) || (isTyped(key) && !withTyped)) return;
      event.preventDefault();
      if (!event.repeat || shortcut.repeats) act(key);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [acts, withTyped]);
}

/** Whether the focused control has its own meaning for the key. */
function isBusy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('textarea, select, input:not([type=range]), dialog, [popover], [role=menu]')) return true;
  return key === ' ' && target.matches('button, a, summary');
}
