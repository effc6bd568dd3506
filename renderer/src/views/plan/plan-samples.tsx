import { useState } from 'react';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { visibleName, visibleText } from '../../../../shared/visible';
import { FieldDiff, isChanged } from '../../components/field-diff';
import { Panel } from '../../components/page';
import { keyQuery, keyText } from '../../format/key';
import { href } from '../../router/router';
import { readSample } from './sample';
import type { Sample } from './sample';
import './plan.css';

const order = { delete: 0, update: 1, insert: 2 } as const;
const shownAtFirst = 6;

interface Words {
  readonly labels: readonly [string, string];
  readonly operations: Readonly<Record<Sample['operation'], string>>;
}

/** A preview says what would be done, a verification what it found. */
const words: Readonly<Record<'would be done' | 'found', Words>> = {
  'would be done': {
    labels: ['Target now', 'After the run'],
    operations: { delete: 'delete', update: 'update', insert: 'insert' },
  },
  found: {
    labels: ['Target', 'Source'],
    operations: { delete: 'not in the source', update: 'differs', insert: 'not in the target' },
  },
};

/** Some rows of each dataset, deletes first, each with what differs. */
export function PlanSamples({
  datasets,
  what = 'would be done',
}: {
  readonly datasets: readonly {
    readonly name: string;
    readonly samples?: readonly Readonly<Record<string, unknown>>[] | undefined;
  }[];
  readonly what?: keyof typeof words;
}) {
  return datasets.map(({ name, samples = [] }) => {
    const read = samples.map(readSample).filter((sample) => sample !== null);
    return read.length === 0 ? null : (
      <SamplesOf
        key={name}
        dataset={name}
        words={words[what]}
        samples={[...read].sort((a, b) => order[a.operation] - order[b.operation])}
      />
    );
  });
}

function SamplesOf({
  dataset,
  words,
  samples,
}: {
  readonly dataset: string;
  readonly words: Words;
  readonly samples: readonly Sample[];
}) {
  const [all, setAll] = useState(false);
  const shown = all ? samples : samples.slice(0, shownAtFirst);
  return (
    <Panel
      flush
      title={dataset}
      about={samples.length === 1 ? 'one row as an example' : `${samples.length} rows as examples`}
    >
      {shown.map((sample) => (
        <SampleRow key={`${sample.operation} ${keyText(sample.key)}`} dataset={dataset} words={words} sample={sample} />
      ))}
      {samples.length <= shownAtFirst ? null : (
        <button type="button" className="sample__head link" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${samples.length}`}
        </button>
      )}
    </Panel>
  );
}

function SampleRow({
  dataset,
  words: { labels, operations },
  sample,
}: {
  readonly dataset: string;
  readonly words: Words;
  readonly sample: Sample;
}) {
  const { operation, key, fields } = sample;
  const [open, setOpen] = useState(operation === 'update' && fields.length <= 4);
  const changed = fields.filter(isChanged).map(({ name }) => name);
  return (
    <div className={`sample sample--${operation}`}>
      <button type="button" className="sample__head" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <span className={`sample__operation sample__operation--${operation}`}>{operations[operation]}</span>
        <code className="strong">{keyText(key)}</code>
        <span className="soft cut grow">
          {operation === 'update'
            ? changed.map(visibleName).join(', ')
            : fields
                .map(({ name, before, after }) => visibleText(`${visibleName(name)}: ${after ?? before ?? 'NULL'}`))
                .join(', ')}
        </span>
      </button>
      {open ? (
        <div className="sample__body">
          <FieldDiff fields={fields} labels={labels} />
          <a
            className="small sample__more"
            href={href(`/entity/${encodeURIComponent(dataset)}/${encodeURIComponent(keyQuery(key))}`)}
          >
            Explain this entity
          </a>
        </div>
      ) : null}
    </div>
  );
}
