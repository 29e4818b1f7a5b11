import { Trans, useLingui } from '@lingui/react/macro';
import type { ModelView } from '../services.ts';
import styles from './create-form.module.css';
import { type Draft, priceOf } from './draft.ts';

/** About what this film costs, where that is known. */
export function Price({ draft, model }: { readonly draft: Draft; readonly model: ModelView }) {
  const { i18n } = useLingui();
  const known = priceOf(draft, model);
  if (known === null) return null;
  const { amount, currency, isLeast } = known;
  const price = new Intl.NumberFormat(i18n.locale, {
    style: 'currency',
    currency,
    // A tenth of a cent counts where there are but a few.
    maximumFractionDigits: amount < 0.1 ? 3 : undefined,
  }).format(amount);
  return <p className={styles.price}>{inWords()}</p>;

  function inWords() {
    if (amount === 0) return <Trans>Free: it is made on this server.</Trans>;
    return isLeast ? <Trans>Costs {price} or more.</Trans> : <Trans>Costs about {price}.</Trans>;
  }
}
