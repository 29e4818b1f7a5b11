import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Icon } from '../ui/icon.tsx';
import styles from './prompt-ideas.module.css';

const IDEAS: readonly MessageDescriptor[] = [
  msg`A lighthouse in a storm, waves breaking over the rocks, blue hour`,
  msg`A red train crossing a snowy valley at dawn, seen from above`,
  msg`Whales under the northern lights, slow and quiet`,
  msg`A hot-air balloon over the desert at dusk, long shadows`,
];

/** Somewhere to begin. */
export function PromptIdeas({ onPick }: { readonly onPick: (prompt: string) => void }) {
  const { i18n } = useLingui();
  return (
    <section className={styles.ideas}>
      <h2 className={styles.heading}>
        <Trans>Ideas to begin with</Trans>
      </h2>
      <ul className={styles.list}>
        {IDEAS.map((idea) => (
          <li key={idea.id}>
            <button type="button" className={styles.idea} onClick={() => onPick(i18n._(idea))}>
              <Icon name="spark" size={18} />
              <span>{i18n._(idea)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
