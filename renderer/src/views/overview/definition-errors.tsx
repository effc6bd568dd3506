import { useState } from 'react';
import { Pencil } from 'lucide-react';
import type { Session } from '../../../../shared/contract/methods/session';
import { Button } from '../../components/button';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';
import { href } from '../../router/router';
import { editFile } from '../datasets/edit-file';

const shownAtFirst = 20;

/** Definitions that could not be read, each leading to its line: the other datasets work all the same. */
export function DefinitionErrors({
  errors,
  folder,
}: {
  readonly errors: Session['definitions']['errors'];
  readonly folder: string;
}) {
  const [all, setAll] = useState(false);
  if (errors.length === 0) return null;
  const files = new Set(errors.map(({ file }) => file)).size;
  return (
    <Panel
      tone="bad"
      title={`${counted(errors.length, 'error')} in the definitions`}
      about={`${counted(files, 'file')} of ${folder}; what is right works all the same`}
      flush
    >
      <ul className="lines">
        {(all ? errors : errors.slice(0, shownAtFirst)).map(({ file, line, path, message }) => (
          <li key={`${file} ${line ?? ''} ${path ?? ''} ${message}`}>
            <a
              className="cut"
              style={{ maxWidth: '40%' }}
              title={file}
              href={href('/datasets', { file, line: line === null ? null : String(line) })}
            >
              <code>
                {file.split(/[\\/]/).at(-1)}
                {line === null ? '' : `:${line}`}
              </code>
            </a>
            <span className="grow" style={{ overflowWrap: 'anywhere' }}>
              {path === null ? '' : `${path}: `}
              {message}
            </span>
            <Button
              small
              look="quiet"
              icon={<Pencil size={13} aria-hidden />}
              aria-label={`Edit ${file}`}
              onClick={() => void editFile(file)}
            >
              Edit
            </Button>
          </li>
        ))}
      </ul>
      {errors.length <= shownAtFirst ? null : (
        <button type="button" className="link lines__empty" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${errors.length} errors`}
        </button>
      )}
    </Panel>
  );
}
