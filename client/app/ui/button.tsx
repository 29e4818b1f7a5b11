import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icon.tsx';

export type ButtonTone = 'primary' | 'plain' | 'quiet' | 'danger';

/** The class of something that looks like a button; links use it too. */
export function buttonClass(tone: ButtonTone = 'plain', extra?: string): string {
  return cx(styles.button, styles[tone], extra);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly ref?: Ref<HTMLButtonElement>;
  readonly tone?: ButtonTone;
  readonly icon?: IconName;
  /** It works. Disabled as well, it takes no press, and keeps the focus. */
  readonly busy?: boolean;
}

export function Button({ tone = 'plain', icon, busy = false, className, children, ...rest }: ButtonProps) {
  const { disabled = false, onClick } = rest;
  return (
    <button
      type="button"
      aria-busy={busy || undefined}
      className={buttonClass(tone, className)}
      {...rest}
      disabled={disabled && !busy}
      aria-disabled={(disabled && busy) || rest['aria-disabled']}
      onClick={disabled ? (event) => event.preventDefault() : onClick}
    >
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  readonly icon: IconName;
  readonly label: string;
  readonly size?: number;
}

/** A control whose name is only heard, and seen on hover. */
export function IconButton({ icon, label, size = 20, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} title={label} className={cx(styles.icon, className)} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  );
}
