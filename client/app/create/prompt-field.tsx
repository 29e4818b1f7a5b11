import { Trans, useLingui } from '@lingui/react/macro';
import { useId } from 'react';
import { useFormat } from '../i18n/use-format.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './prompt-field.module.css';

export const MAX_PROMPT = 4000;

/** Grows with what is written; Ctrl or Command with Enter sends it. */
export function PromptField(props: {
  readonly value: string;
  readonly problem: string | null;
  readonly onChange: (value: string) => void;
  readonly onSubmit: () => void;
}) {
  const { value, problem, onChange, onSubmit } = props;
  const { t } = useLingui();
  const format = useFormat();
  const id = useId();
  const noteId = `${id}-note`;
  const over = value.length > MAX_PROMPT;
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        <Trans>Prompt</Trans>
      </label>
      <div className={styles.box} data-invalid={problem || over ? true : undefined} data-text={`${value} `}>
        <textarea
          id={id}
          rows={5}
          className={styles.input}
          placeholder={t`A lighthouse in a storm, waves breaking over the rocks, slow push in, blue hour`}
          value={value}
          aria-invalid={problem || over ? true : undefined}
          aria-describedby={noteId}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) onSubmit();
          }}
        />
      </div>
      <div id={noteId} className={styles.notes}>
        {problem ? (
          <p className={styles.problem} role="alert">
            <Icon name="failed" size={16} />
            {problem}
          </p>
        ) : (
          <p>
            <Trans>Subject, place, light, movement</Trans>
          </p>
        )}
        <p className={styles.count} data-over={over || undefined}>
          {format.number(value.length)} / {format.number(MAX_PROMPT)}
        </p>
      </div>
    </div>
  );
}
