import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorState } from '../components/error-state';
import { failureOf } from '../wire/call-error';

/** A fault in a view takes the view away, not the window. */
export class ViewBoundary extends Component<
  { readonly children: ReactNode },
  { readonly error: unknown; readonly at: string }
> {
  override state: { readonly error: unknown; readonly at: string } = { error: null, at: '' };

  static getDerivedStateFromError(error: unknown) {
    return { error, at: window.location.hash };
  }

  override componentDidMount(): void {
    window.addEventListener('hashchange', this.forget);
  }

  override componentWillUnmount(): void {
    window.removeEventListener('hashchange', this.forget);
  }

  private readonly forget = (): void => {
    if (this.state.error !== null && window.location.hash !== this.state.at) this.setState({ error: null, at: '' });
  };

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div style={{ padding: 24 }}>
        <ErrorState
          title="This view could not be shown"
          failure={failureOf(this.state.error)}
          onRetry={() => this.setState({ error: null, at: '' })}
        />
      </div>
    );
  }
}
