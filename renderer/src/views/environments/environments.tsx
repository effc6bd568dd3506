import { usePlace } from '../../router/router';
import { EnvironmentForm } from './environment-form';
import { EnvironmentList } from './environment-list';

/** `#/environments` lists them, `/new` adds one, `/<id>` edits one. */
export function Environments() {
  const [, which] = usePlace().parts;
  return which === undefined ? (
    <EnvironmentList />
  ) : (
    <EnvironmentForm key={which} id={which === 'new' ? null : which} />
  );
}
