import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { buttonClass } from './ui/button.tsx';
import { Empty } from './ui/empty.tsx';
import { useTitle } from './use-title.ts';

export function NotFoundScreen() {
  const { t } = useLingui();
  useTitle(t`Not found`);
  return (
    <Empty
      alone
      icon="film"
      title={<Trans>There is nothing at this address</Trans>}
      action={
        <Link href="/" className={buttonClass('primary')}>
          <Trans>Go to My Assets</Trans>
        </Link>
      }
    />
  );
}
