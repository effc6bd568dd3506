import { useState } from 'react';
import type { DatasetSummary } from '../../../../shared/contract/methods/datasets';
import { visibleName } from '../../../../shared/visible';
import { ArrowRight, FileSearch } from 'lucide-react';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page, Panel } from '../../components/page';
import { SortedTable } from '../../components/sorted-table';
import type { SortedColumn } from '../../components/sorted-table';
import { SkeletonRows } from '../../components/skeleton';
import { counted } from '../../format/number';
import { href, usePlace } from '../../router/router';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';
import { DefinitionErrors } from '../overview/definition-errors';
import { DatasetDetailView } from './dataset-detail';
import { DefinitionFile } from './definition-file';
import { DiscoverDialog } from './discover-dialog';
import { NoDatasets } from './no-datasets';

/** `#/datasets` lists the definitions, `#/datasets/bookings` shows one, `#/datasets?file=…&line=3` a file of them. */
export function Datasets() {
  const {
    parts: [, name],
    query: { file, line },
  } = usePlace();
  if (file !== undefined)
    return <DefinitionFile key={file} file={file} line={line === undefined ? null : Number(line)} />;
  return name === undefined ? <DatasetList /> : <DatasetDetailView key={name} name={name} />;
}

function DatasetList() {
  const list = useResource('datasets.list', {});
  const definitions = useConsole((state) => state.session?.definitions);
  const [search, setSearch] = useState('');
  // From the overview of an environment without datasets.
  const [discovering, setDiscovering] = useState(usePlace().query['discover'] !== undefined);
  const word = search.trim().toLowerCase();
  const shown = (list.data ?? []).filter(({ name, source, target }) =>
    `${name} ${source.name} ${target.name}`.toLowerCase().includes(word),
  );
  return (
    <Page
      title="Datasets"
      about={
        <>
          Read from <code>{definitions?.folder}</code>; changes of its files are seen at once.
        </>
      }
      actions={
        <Button icon={<FileSearch size={15} aria-hidden />} onClick={() => setDiscovering(true)}>
          Discover …
        </Button>
      }
    >
      {definitions === undefined ? null : <DefinitionErrors errors={definitions.errors} folder={definitions.folder} />}
      {list.failure === null ? null : (
        <ErrorState
          title="The datasets could not be read"
          failure={list.failure}
          onRetry={list.reload}
          loading={list.loading}
        />
      )}
      {list.data === undefined ? (
        list.failure === null ? (
          <SkeletonRows />
        ) : null
      ) : list.data.length === 0 ? (
        <NoDatasets onDiscover={() => setDiscovering(true)} />
      ) : (
        <Panel
          flush
          title={counted(list.data.length, 'dataset')}
          actions={
            <input
              className="field__input"
              style={{ width: 220 }}
              aria-label="Find a dataset"
              placeholder="Find a dataset or table"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          }
        >
          <SortedTable
            label="Datasets"
            className="definitions-table"
            columns={columns}
            rows={shown}
            idOf={({ name }) => name}
          />
          {shown.length === 0 ? <p className="lines__empty">No dataset or table is called that.</p> : null}
        </Panel>
      )}
      {discovering ? <DiscoverDialog onClose={() => setDiscovering(false)} /> : null}
    </Page>
  );
}

const columns: readonly SortedColumn<DatasetSummary>[] = [
  {
    name: 'name',
    title: 'Dataset',
    value: ({ name }) => name,
    render: ({ name, inverse_of: inverse }) => (
      <>
        <a
          className="strong cut"
          style={{ display: 'block' }}
          title={name}
          href={href(`/datasets/${encodeURIComponent(name)}`)}
        >
          {name}
        </a>
        {inverse === null ? null : (
          <div className="small soft cut" title={inverse}>
            inverse of {inverse}
          </div>
        )}
      </>
    ),
  },
  {
    name: 'source',
    title: 'Source',
    value: ({ source }) => `${source.database} ${source.name}`,
    render: ({ source }) => <Place place={source} />,
  },
  {
    name: 'way',
    title: <span className="only-read">to</span>,
    render: () => <ArrowRight size={13} className="faint" aria-hidden />,
  },
  {
    name: 'target',
    title: 'Target',
    value: ({ target }) => `${target.database} ${target.name}`,
    render: ({ target }) => <Place place={target} />,
  },
  { name: 'write', title: 'Writes', value: ({ write }) => write, render: ({ write }) => write },
  {
    name: 'gone',
    title: 'Gone from the source',
    value: ({ on_delete: gone }) => gone,
    render: ({ on_delete: gone }) => gone,
  },
  {
    name: 'file',
    title: 'Defined in',
    className: 'small soft',
    value: ({ file, line }) => (file === null ? null : `${file} ${line ?? 0}`),
    render: ({ file, line }) =>
      file === null ? (
        '–'
      ) : (
        <a
          className="cut"
          style={{ display: 'block' }}
          title={file}
          href={href('/datasets', { file, line: line === null ? null : String(line) })}
        >
          {file.split(/[\\/]/).at(-1) ?? file}
          {line === null ? '' : `:${line}`}
        </a>
      ),
  },
];

function Place({ place: { database, name, kind } }: { readonly place: DatasetSummary['source'] }) {
  return (
    <>
      <div className="cut" title={visibleName(`${database} ${name}`)}>
        <span className="soft">{database}</span> {visibleName(name)}
      </div>
      <div className="small faint">{kind}</div>
    </>
  );
}
