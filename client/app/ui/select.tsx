import { useId } from 'react';
import { Icon } from './icon.tsx';
import styles from './select.module.css';

/** One of a list, chosen with the control of the system. */
export function Select<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {props.label}
      </label>
      <div className={styles.box}>
        <select
          id={id}
          className={styles.select}
          value={props.value}
          onChange={(event) => {
            const chosen = props.options.find(({ value }) => value === event.target.value);
            if (chosen) props.onChange(chosen.value);
          }}
        >
          {props.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <Icon name="chevron" size={16} className={styles.sign} />
      </div>
    </div>
  );
}
