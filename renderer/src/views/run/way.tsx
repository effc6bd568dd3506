import type { ReactNode } from 'react';
import type { RunDetail } from '../../../../shared/engine/reports';
import { Button } from '../../components/button';
import { go } from '../../router/router';
import { preview } from '../../store/actions';

/** What of a dataset is looked at again: what is pending, or all of it. */
const previews: Readonly<Record<string, 'auto' | 'full'>> = {
  DELETES_WITHHELD: 'auto',
  EMPTY_SOURCE: 'auto',
  VERIFICATION_FAILED: 'full',
  NEEDS_FULL_RUN: 'full',
  TARGET_RESET: 'full',
  DEFINITION_CHANGED: 'full',
};

/** Whether there is one click for the next step about such an error of a dataset. */
export const hasWay = (code: string): boolean => code === 'FAILED_EARLIER' || Object.hasOwn(previews, code);

/** The next step as one click, for this dataset alone. */
export function Way({ name, code }: { readonly name: string; readonly code: string }) {
  const mode = Object.hasOwn(previews, code) ? previews[code] : undefined;
  if (mode !== undefined)
    return (
      <Button small onClick={() => void preview([name], mode)}>
        Preview {mode === 'full' ? `all of ${name}` : name}
      </Button>
    );
  if (code !== 'FAILED_EARLIER') return null;
  return (
    <Button small onClick={() => go('/queue', { dataset: name, status: 'failed' })}>
      Failed jobs of {name}, to retry or skip
    </Button>
  );
}

/**
 * The next steps of a run whose datasets say what they want, each as one click; null where there is none.
 * @param told the code of what is told of the whole run: that comes first
 */
export function waysOf(datasets: RunDetail['datasets'], told: string): ReactNode {
  const full = datasets.filter(({ error }) => error?.code === 'NEEDS_FULL_RUN').map(({ name }) => name);
  const others = datasets.flatMap(({ name, error }) =>
    error === null || error.code === 'NEEDS_FULL_RUN' || !hasWay(error.code) ? [] : [{ name, code: error.code }],
  );
  const inOrder = [...others.filter(({ code }) => code === told), ...others.filter(({ code }) => code !== told)];
  if (full.length + others.length === 0) return null;
  return (
    <>
      {full.length === 0 ? null : (
        <Button small look="primary" onClick={() => void preview(full, 'full')}>
          Full run …
        </Button>
      )}
      {inOrder.slice(0, most).map((each) => (
        <Way key={each.name} {...each} />
      ))}
    </>
  );
}

/** Buttons; the rest have theirs below, each with its dataset. */
const most = 4;
