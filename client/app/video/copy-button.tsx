import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../ui/button.tsx';
import { useCopy } from '../use-copy.ts';

const SHOWN_MS = 2_000;

interface Props {
  readonly text: string;
  /** What it is called where there is no word on it. */
  readonly label: string;
  /** Said when it is done. */
  readonly said: string;
  /** Shows the label, not only a sign. */
  readonly worded?: boolean;
}

/** Copies a text and says so: in the button, in a toast, and aloud. */
export function CopyButton({ text, label, said, worded = false }: Props) {
  const { t } = useLingui();
  const copy = useCopy();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(setCopied, SHOWN_MS, false);
    return () => clearTimeout(timer);
  }, [copied]);
  const onClick = async () => setCopied(await copy(text, said));
  const icon = copied ? 'check' : 'copy';
  return worded ? (
    <Button tone="quiet" icon={icon} onClick={() => void onClick()}>
      {copied ? t`Copied` : label}
    </Button>
  ) : (
    <IconButton icon={icon} size={16} label={label} onClick={() => void onClick()} />
  );
}
