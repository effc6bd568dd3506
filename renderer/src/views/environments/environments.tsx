import { usePlace } from '../../router/router';
import { EnvironmentForm } from './environment-form';
import { EnvironmentList } from './environment-list';

/** `#/environments` lists them, `/new` adds one, `/<id>` edits one. */
export function Environments() {
  const { parts } = usePlace();
  // Where none is open, the list stands below every address.
  const which = parts[0] === 'environments' ? parts[1] : undefined;
  return which === undefined ? (
    <EnvironmentList />
  ) : (
    <EnvironmentForm key={which} id={which === 'new' ? null : which} />
  );
}
