import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorState } from '../components/error-state';
import { failureOf } from '../wire/call-error';

/** A fault in a view takes the view away, not the window; one around it the page, not its user's way on. */
export class ViewBoundary extends Component<
  { readonly children: ReactNode; readonly title: string },
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
          title={this.props.title}
          failure={failureOf(this.state.error)}
          onRetry={() => this.setState({ error: null, at: '' })}
        />
      </div>
    );
  }
}
