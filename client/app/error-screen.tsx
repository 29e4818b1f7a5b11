import { Trans } from '@lingui/react/macro';
import { Component, type ReactNode } from 'react';
import { Button } from './ui/button.tsx';
import { Empty } from './ui/empty.tsx';

/** A screen that broke, or whose code is gone after an update, takes nothing else with it. */
export class ErrorScreen extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Empty
        alone
        icon="failed"
        title={<Trans>This screen could not be shown</Trans>}
        action={
          <Button tone="primary" onClick={() => location.reload()}>
            <Trans>Reload</Trans>
          </Button>
        }
      >
        <Trans>Your videos are safe on this device. Reloading usually mends it.</Trans>
      </Empty>
    );
  }
}
