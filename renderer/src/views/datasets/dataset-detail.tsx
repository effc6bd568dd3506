import { CircleCheck, CircleX, Info, Pencil, TriangleAlert } from 'lucide-react';
import type { DatasetDetail } from '../../../../shared/contract/methods/datasets';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { SkeletonRows } from '../../components/skeleton';
import { preview } from '../../store/actions';
import { useResource } from '../../store/resource';
import { useConsole } from '../../store/console-store';
import { DefinitionErrors } from '../overview/definition-errors';
import { ColumnPairs } from './column-pairs';
import { DatasetStanding } from './dataset-standing';
import { DefinitionText } from './definition-text';
import { Dependencies } from './dependencies';
import { editFile } from './edit-file';
import './datasets.css';

/** One definition: checked, both sides next to each other, and what it depends on. */
export function DatasetDetailView({ name }: { readonly name: string }) {
  const { data, failure, reload, loading } = useResource('datasets.detail', { name });
  const definitions = useConsole((state) => state.session?.definitions);
  const file = data?.file ?? null;
  return (
    <Page
      title={name}
      about={data === undefined ? undefined : jobsOf(name, data)}
      actions={
        <>
          {file === null ? null : (
            <Button icon={<Pencil size={15} aria-hidden />} onClick={() => void editFile(file)}>
              Edit in your editor
            </Button>
          )}
          <Button look="primary" onClick={() => void preview([name])}>
            Preview
          </Button>
        </>
      }
    >
      {failure === null ? null : (
        <ErrorState title="This dataset could not be read" failure={failure} onRetry={reload} loading={loading} />
      )}
      {definitions === undefined ? null : <DefinitionErrors errors={definitions.errors} folder={definitions.folder} />}
      <DatasetStanding name={name} />
      {data === undefined ? (
        failure === null ? (
          <SkeletonRows />
        ) : null
      ) : (
        <>
          {data.error === null ? null : <ErrorState title="It cannot be used as it is" failure={data.error} />}
          <Dependencies dataset={data} />
          <div className="columns">
            <Panel flush title="Checks">
              <ul className="lines">
                {data.checks.map(({ name: check, ok, level, detail }) => (
                  <li key={`${check} ${detail}`}>
                    {ok ? (
                      level === 'info' ? (
                        <Info size={14} className="soft" aria-label="note" />
                      ) : (
                        <CircleCheck size={14} className="good" aria-label="passes" />
                      )
                    ) : level === 'error' ? (
                      <CircleX size={14} className="bad" aria-label="fails" />
                    ) : (
                      <TriangleAlert size={14} className="warn" aria-label="warning" />
                    )}
                    <div className="grow" style={{ overflowWrap: 'anywhere' }}>
                      <span className="strong">{check}</span> <span className="soft">{detail}</span>
                    </div>
                  </li>
                ))}
              </ul>
            </Panel>
            <Panel title="What it does">
              <dl className="facts">
                <dt>Writes</dt>
                <dd>{data.write}</dd>
                <dt>Gone from the source</dt>
                <dd>{data.on_delete}</dd>
                <dt>Inverse of</dt>
                <dd>{data.inverse_of ?? '–'}</dd>
                <dt>Defined in</dt>
                <dd>
                  {data.file ?? '–'}
                  {data.line === null ? '' : `, line ${data.line}`}
                </dd>
                {data.indexes.length === 0 ? null : (
                  <>
                    <dt>Index entries</dt>
                    <dd>
                      {data.indexes.map((index) => (
                        <div key={index}>
                          <code>{index}</code>
                        </div>
                      ))}
                    </dd>
                  </>
                )}
              </dl>
            </Panel>
          </div>
          <ColumnPairs columns={data.columns} source={data.source.database} target={data.target.database} />
          <Panel flush title="Definition" about="as it stands in its file">
            <DefinitionText
              text={data.text}
              first={data.text_line ?? 1}
              errors={definitions?.errors.filter((error) => error.file === file) ?? []}
            />
          </Panel>
        </>
      )}
    </Page>
  );
}

/** What its jobs are called in the queue, and of what, where that is not the dataset's own name. */
function jobsOf(
  name: string,
  { job_type: type, entity_type: entity }: Pick<DatasetDetail, 'job_type' | 'entity_type'>,
) {
  return `Its changes stand in the queue as jobs of type ${type}${entity === name ? '' : `, each of one ${entity}`}`;
}
