import { useState } from 'react';
import { Columns2, Download, History } from 'lucide-react';
import { Button } from '../../components/button';
import { DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Menu } from '../../components/menu';
import { Page } from '../../components/page';
import { usePages } from '../../components/use-pages';
import { go, refine, usePlace } from '../../router/router';
import { exportRows } from '../../store/actions';
import { useListRefresh } from '../../components/use-list-refresh';
import { useViewCommands } from '../../store/view-commands';
import { comparedAtMost } from './compare';
import { RunsFilters } from './runs-filters';
import { runsFilter, runsSource } from './runs-source';
import { runColumns } from './run-columns';
import { tookMs } from './took';
import './runs.css';

/** The history of runs, read page by page. */
export function Runs() {
  const { query } = usePlace();
  const filter = runsFilter(query);
  const pages = usePages(JSON.stringify(filter), runsSource);
  const [top, setTop] = useState(true);
  useListRefresh(pages, top ? 4000 : null);
  const longest = Math.max(1, ...pages.now.rows.map(tookMs));
  const [marked, setMarked] = useState<readonly string[]>([]);
  const mark = (id: string): void =>
    setMarked((now) => (now.includes(id) ? now.filter((each) => each !== id) : [...now, id].slice(-comparedAtMost)));
  const filtered = Object.keys(query).length > 0;
  const compare = (): void => go('/compare', { runs: marked.join(',') });
  const exports = (['csv', 'json'] as const).map((format) => ({
    text: `As ${format.toUpperCase()}`,
    onChoose: () => void exportRows({ what: 'runs', format, filter }),
  }));
  useViewCommands([
    {
      text: marked.length < 2 ? 'Compare runs (tick two or more)' : `Compare ${marked.length} runs`,
      disabled: marked.length < 2,
      onChoose: compare,
    },
    ...exports.map(({ text, onChoose }) => ({ text: `Export the runs shown ${text.replace('As', 'as')}`, onChoose })),
    { text: 'Clear the filter', disabled: !filtered, onChoose: () => refine({}) },
  ]);
  return (
    <Page
      fixed
      title="Runs"
      about="Everything that was run and verified, from any computer. A preview is no run: it can be applied for an hour."
      actions={
        <>
          <Button
            icon={<Columns2 size={15} aria-hidden />}
            disabled={marked.length < 2}
            title={marked.length < 2 ? 'Tick two runs or more' : undefined}
            onClick={compare}
          >
            {marked.length < 2 ? 'Compare' : `Compare ${marked.length} runs`}
          </Button>
          <Menu trigger={<Button icon={<Download size={15} aria-hidden />} />} items={exports}>
            Export what is shown
          </Menu>
        </>
      }
    >
      <RunsFilters query={query} onChange={refine} />
      <DataTable
        label="Runs"
        columns={runColumns({ longest, marked, onMark: mark })}
        pages={pages}
        idOf={({ id }) => id}
        chosen={null}
        onOpen={({ id }) => go(`/runs/${id}`)}
        onMark={({ id }) => mark(id)}
        onTop={setTop}
        empty={
          <EmptyState
            icon={<History size={22} aria-hidden />}
            title={filtered ? 'No run matches' : 'Nothing was run yet'}
            actions={
              filtered ? (
                <Button onClick={() => refine({})}>Clear the filter</Button>
              ) : (
                <a href="#/overview">Go to the overview</a>
              )
            }
          >
            {filtered
              ? 'Loosen the filter, or clear it.'
              : 'The first sync or verification will stand here, with what it did and how long it took.'}
          </EmptyState>
        }
      />
    </Page>
  );
}
