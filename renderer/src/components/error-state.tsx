import type { ReactNode } from 'react';
import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { Failure } from '../../../shared/contract/failure';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { LongText } from './long-text';
import { NextStep } from './next-step';
import './state.css';

type Shown = Pick<Failure, 'message' | 'hint'> & {
  /** null where it has none */
  readonly code: string | null;
};

/** What went wrong, with its code, its cause and the next step. */
export function ErrorState({
  failure,
  title,
  onRetry,
  loading = false,
  action,
}: {
  readonly failure: Shown;
  readonly title: string;
  readonly onRetry?: () => void;
  readonly loading?: boolean;
  /** the button that does the next step */
  readonly action?: ReactNode;
}) {
  return (
    <div className="failure" role="alert">
      <TriangleAlert size={18} className="bad" aria-hidden />
      <div className="stack stack--tight grow">
        <div className="row row--wrap">
          <h2 className="failure__title">{title}</h2>
          {failure.code === null ? null : <code className="failure__code">{failure.code}</code>}
        </div>
        <LongText text={failure.message} />
        <NextStep code={failure.code ?? ''} hint={failure.hint} link={(action ?? null) === null} />
        <div className="row row--wrap failure__actions">
          {action}
          {onRetry === undefined ? null : (
            <Button small icon={<RotateCcw size={13} aria-hidden />} busy={loading} onClick={onRetry}>
              Try again
            </Button>
          )}
          <CopyButton text={asText(failure)}>Copy</CopyButton>
        </div>
      </div>
    </div>
  );
}

function asText({ code, message, hint }: Shown): string {
  return `${code === null ? '' : `${code}: `}${message}${hint === null ? '' : `\n${hint}`}`;
}
