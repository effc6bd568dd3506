import type { DatasetStatus } from '../../../../shared/engine/reports';
import { sinceWords, verdictOf } from '../../../../shared/engine/verdict';
import { When } from '../../components/when';

/** The last verification: when, and what it found then; below, what is known since. */
export function LastVerified({ dataset }: { readonly dataset: DatasetStatus }) {
  const { last_verified_at: at, last_verification: last = null } = dataset;
  if (last === null) return <When at={at} />;
  const { kind, words } = verdictOf(last);
  const since = sinceWords(last);
  const worse = last.failed_since + last.skipped_since > 0;
  return (
    <>
      <When at={last.at} />
      <Verdict words={words.split(', ')} tone={kind === 'equal' ? 'soft' : 'warn'} />
      <Verdict words={since} tone={worse ? 'warn' : 'soft'} />
    </>
  );
}

/** Each part stays in one piece. */
function Verdict({ words, tone }: { readonly words: readonly string[]; readonly tone: 'soft' | 'warn' }) {
  if (words.length === 0) return null;
  return (
    <div className={`overview__verdict ${tone}`}>
      {words.map((part, index) => (
        <span key={part}>
          {part}
          {index === words.length - 1 ? '' : ', '}
        </span>
      ))}
    </div>
  );
}
