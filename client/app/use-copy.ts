import { useLingui } from '@lingui/react/macro';
import { useToast } from './toasts.tsx';

/**
 * Puts text on the clipboard, says whether that worked, and tells. Call it at the press itself: browsers ask for one.
 * @param said what is said of it; else only that it is copied
 */
export function useCopy(): (text: string, said?: string) => Promise<boolean> {
  const { t } = useLingui();
  const toast = useToast();
  return async (text, said = t`Copied`) => {
    const isCopied = await copy(text);
    toast({ text: isCopied ? said : t`This browser did not allow copying` });
    return isCopied;
  };
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Refused, or not there at all: it is missing outside a secure context.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position: fixed; inset: 0; opacity: 0';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
