import { Trans, useLingui } from '@lingui/react/macro';
import type { ModelView } from '../services.ts';
import styles from './create-form.module.css';
import { type Draft, priceOf } from './draft.ts';

/** About what this film costs, where that is known. */
export function Price({ draft, model }: { readonly draft: Draft; readonly model: ModelView }) {
  const { i18n } = useLingui();
  const usd = priceOf(draft, model);
  if (usd === null) return null;
  const price = new Intl.NumberFormat(i18n.locale, { style: 'currency', currency: 'USD' }).format(usd);
  return (
    <p className={styles.price}>
      {usd === 0 ? <Trans>Free: it is made on this server.</Trans> : <Trans>Costs about {price}.</Trans>}
    </p>
  );
}
