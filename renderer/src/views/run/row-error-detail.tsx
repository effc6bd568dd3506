import { hiddenValue } from '../../../../shared/engine/hidden-value';
import { useEffect, useRef } from 'react';
import { X } from 'lucide-react';
import type { RowErrorRecord } from '../../../../shared/engine/reports';
import { visibleName } from '../../../../shared/visible';
import { CopyButton } from '../../components/copy-button';
import { ErrorState } from '../../components/error-state';
import { IconButton } from '../../components/icon-button';
import { LongText } from '../../components/long-text';
import { Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { useClosing } from '../../components/use-closing';
import { When } from '../../components/when';
import { keyQuery, keyText } from '../../format/key';
import { href } from '../../router/router';
import { useResource } from '../../store/resource';
import { BothSides } from '../entity/both-sides';
import { EntityHistory } from '../entity/entity-history';

/** One failed row: why, what it is on both sides, and its history. */
export function RowErrorDetail({ error, onClose }: { readonly error: RowErrorRecord; readonly onClose: () => void }) {
  const { dataset, key, column, value, sqlstate, reason, operation } = error;
  const entity = useResource('entities.explain', { dataset, key: keyQuery(key), before: null }, undefined, true);
  const known = entity.data;
  const hidden =
    column !== null && [known?.source, known?.target].some((side) => side?.image?.[column] === hiddenValue);
  const facts = [...(column === null ? [] : [`column ${column}`]), ...(value === null ? [] : [`value ${value}`])];
  useClosing(onClose);
  const place = useRef<HTMLDivElement>(null);
  // It stands below the list, where it may be out of view.
  useEffect(() => {
    // Newer browsers give a promise here, which React would take for a way to clean up.
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [known]);
  return (
    <div ref={place} role="region" aria-label={`${dataset} ${keyText(key)}`}>
      <Panel
        title={
          <>
            {dataset} <code>{keyText(key)}</code>
          </>
        }
        actions={
          <div className="row">
            <a href={href(`/entity/${encodeURIComponent(dataset)}/${encodeURIComponent(keyQuery(key))}`)}>
              Explain this entity
            </a>
            <CopyButton
              text={[`${dataset} ${keyText(key)}`, `${operation}, SQLSTATE ${sqlstate}`, ...facts, reason].join('\n')}
            >
              Copy
            </CopyButton>
            <IconButton small label="Close (Esc)" icon={<X size={14} aria-hidden />} onClick={onClose} />
          </div>
        }
      >
        <div className="stack">
          <dl className="facts">
            <dt>Reason</dt>
            <dd>
              <LongText text={reason} />
            </dd>
            <dt>Operation</dt>
            <dd>
              {operation} <code className="soft">SQLSTATE {sqlstate}</code>
            </dd>
            <dt>Column</dt>
            <dd>{column === null ? <span className="faint">not named by the server</span> : visibleName(column)}</dd>
            <dt>Value</dt>
            <dd>
              {value === null ? (
                <span className="faint">{hidden ? 'hidden, since its column is masked' : '–'}</span>
              ) : (
                <LongText text={value} code />
              )}
            </dd>
          </dl>
          {known === undefined ? (
            entity.failure === null ? (
              <SkeletonRows rows={4} />
            ) : (
              <ErrorState title="The two sides could not be read" failure={entity.failure} onRetry={entity.reload} />
            )
          ) : (
            <>
              <p className="small soft">
                Both sides as they are <span className="strong">now</span>, read{' '}
                <When at={new Date(entity.at ?? 0).toISOString()} />; the row failed <When at={error.at} />.
              </p>
              <BothSides sides={known} now=" now" onRetry={entity.reload} />
              <EntityHistory explanation={known} />
            </>
          )}
        </div>
      </Panel>
    </div>
  );
}
