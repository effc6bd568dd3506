import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { Failure } from '../../../shared/contract/failure';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { LongText } from './long-text';
import './state.css';

type Shown = Pick<Failure, 'code' | 'message' | 'hint'>;

/** What went wrong, with its code, its cause and the next step. */
export function ErrorState({
  failure,
  title,
  onRetry,
  loading = false,
}: {
  readonly failure: Shown;
  readonly title: string;
  readonly onRetry?: () => void;
  readonly loading?: boolean;
}) {
  return (
    <div className="failure" role="alert">
      <TriangleAlert size={18} className="bad" aria-hidden />
      <div className="stack stack--tight grow">
        <div className="row row--wrap">
          <h3>{title}</h3>
          <code className="failure__code">{failure.code}</code>
        </div>
        <LongText text={failure.message} />
        {failure.hint === null ? null : (
          <p className="failure__hint">
            <span className="strong">Next step: </span>
            {failure.hint}
          </p>
        )}
        <div className="row failure__actions">
          {onRetry === undefined ? null : (
            <Button small icon={<RotateCcw size={13} aria-hidden />} busy={loading} onClick={onRetry}>
              Try again
            </Button>
          )}
          <CopyButton text={`${failure.code}: ${failure.message}${failure.hint === null ? '' : `\n${failure.hint}`}`}>
            Copy
          </CopyButton>
        </div>
      </div>
    </div>
  );
}
