import { ArrowRight, CircleCheck, CircleSlash, RotateCcw, TriangleAlert } from 'lucide-react';
import { visibleName } from '../../../../shared/visible';
import { Badge } from '../../components/badge';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { LongText } from '../../components/long-text';
import { Page, Panel } from '../../components/page';
import { RunLink } from '../../components/run-link';
import { SkeletonRows } from '../../components/skeleton';
import { When } from '../../components/when';
import { keyQuery, keyText } from '../../format/key';
import { counted } from '../../format/number';
import { href, usePlace } from '../../router/router';
import { useResource } from '../../store/resource';
import { BothSides } from './both-sides';
import { EntityHistory } from './entity-history';
import { bothKnown } from './image-fields';

/** One entity across the databases: what it is on both sides, who changed it, what went wrong with it. */
export function Entity() {
  const [, dataset = '', key = ''] = usePlace().parts;
  const { data, failure, reload, loading, at } = useResource(
    'entities.explain',
    { dataset, key, before: null },
    undefined,
    true,
  );
  if (data === undefined) {
    return (
      <Page title={`${dataset} ${key}`}>
        {failure === null ? (
          <SkeletonRows />
        ) : (
          <ErrorState title="This entity could not be read" failure={failure} onRetry={reload} loading={loading} />
        )}
      </Page>
    );
  }
  const { source, target, differs, errors, others, older } = data;
  const equal = differs.length === 0 && (source.image === null) === (target.image === null);
  return (
    <Page
      title={
        <>
          {dataset} <code>{keyText(data.key)}</code>
          {!bothKnown(data) ? null : source.image === null && target.image === null ? (
            <Badge tone="idle" icon={<CircleSlash size={13} aria-hidden />}>
              on neither side
            </Badge>
          ) : equal ? (
            <Badge tone="good" icon={<CircleCheck size={13} aria-hidden />}>
              equal on both sides
            </Badge>
          ) : (
            <Badge tone="warn" icon={<TriangleAlert size={13} aria-hidden />}>
              {differs.length === 0 ? 'on one side only' : counted(differs.length, 'column differs', 'columns differ')}
            </Badge>
          )}
        </>
      }
      about={
        <span className="row row--wrap">
          {source.database} <ArrowRight size={13} aria-label="to" /> {target.database}
          {at === null ? null : (
            <span>
              · read <When at={new Date(at).toISOString()} />
            </span>
          )}
        </span>
      }
      actions={
        <>
          <Button icon={<RotateCcw size={15} aria-hidden />} busy={loading} onClick={reload}>
            Read again
          </Button>
          <a className="button" href={href('/queue', { dataset, entity: key })}>
            All of its jobs
          </a>
        </>
      }
    >
      {failure === null ? null : (
        <ErrorState
          title="It could not be read again; what you see is older"
          failure={failure}
          onRetry={reload}
          loading={loading}
        />
      )}
      <Panel title="Both sides" about="as the dataset reads and writes it; masked columns stay hidden">
        <BothSides sides={data} onRetry={reload} />
      </Panel>
      {others.map((other) => (
        <Panel
          key={other.dataset}
          title={
            <>
              The same in {other.dataset} <code>{keyText(other.key)}</code>
            </>
          }
          about={`${other.source.database} to ${other.target.database}`}
          actions={
            <a href={href(`/entity/${encodeURIComponent(other.dataset)}/${encodeURIComponent(keyQuery(other.key))}`)}>
              Explain it from there
            </a>
          }
        >
          <BothSides sides={other} />
        </Panel>
      ))}
      {errors.length === 0 ? null : (
        <Panel
          flush
          tone="bad"
          title={`It failed ${counted(errors.length, 'time')}${older === null ? '' : ' of late'}`}
        >
          <ul className="lines">
            {errors.map(({ id, dataset: where, run, operation, column, reason, at }) => (
              <li key={id}>
                <span>
                  {operation} in {where}
                </span>
                <div className="grow" style={{ overflowWrap: 'anywhere' }}>
                  {column === null ? '' : <code>{visibleName(column)}: </code>}
                  <LongText text={reason} />
                </div>
                <RunLink id={run} />
                <When at={at} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel>
        <EntityHistory key={at} explanation={data} />
      </Panel>
    </Page>
  );
}
