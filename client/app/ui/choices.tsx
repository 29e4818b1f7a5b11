import { type ReactNode, useId } from 'react';
import styles from './choices.module.css';

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Drawn above the label. */
  readonly picture?: ReactNode;
}

/** One of a few: radio buttons that look like chips. */
export function Choices<T extends string>(props: {
  readonly legend: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>{props.legend}</legend>
      <div className={styles.row}>
        {props.choices.map(({ value, label, picture }) => (
          <label key={value} className={styles.choice} data-picture={picture ? true : undefined}>
            <input
              type="radio"
              className="visually-hidden"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            {picture}
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
