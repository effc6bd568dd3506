import type { Session } from '../../../../shared/contract/methods/session';
import { Panel } from '../../components/page';
import { counted } from '../../format/number';

/** Definitions that could not be read: the other datasets work all the same. */
export function DefinitionErrors({
  errors,
  folder,
}: {
  readonly errors: Session['definitions']['errors'];
  readonly folder: string;
}) {
  if (errors.length === 0) return null;
  return (
    <Panel tone="bad" title={`${counted(errors.length, 'definition')} cannot be used`} about={folder} flush>
      <ul className="lines">
        {errors.slice(0, 20).map(({ file, line, path, message }) => (
          <li key={`${file} ${line ?? ''} ${path ?? ''} ${message}`}>
            <code className="soft cut" style={{ maxWidth: '40%' }} title={file}>
              {file}
              {line === null ? '' : `:${line}`}
            </code>
            <span className="grow">
              {path === null ? '' : `${path}: `}
              {message}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
