import { Rocket } from 'lucide-react';
import { namesDefinitionFile } from '../../../../shared/definitions/definition-path';
import { Button } from '../../components/button';
import { EmptyState } from '../../components/empty-state';
import { useConsole } from '../../store/console-store';

/** An environment without definitions: what they are, where they are read from, and how to get the first ones. */
export function NoDatasets({ onDiscover }: { readonly onDiscover: () => void }) {
  const folder = useConsole((state) => state.session?.definitions.folder ?? '');
  return (
    <EmptyState
      icon={<Rocket size={22} aria-hidden />}
      title="No dataset is defined yet"
      actions={
        <Button look="primary" onClick={onDiscover}>
          Discover what two databases have in common
        </Button>
      }
    >
      A dataset says what is kept in line: a source, a target and a key. Its definitions are read from{' '}
      <code>{folder}</code>
      {namesDefinitionFile(folder)
        ? '.'
        : ', a folder that is made when the first definition is added, where it is not there yet.'}
    </EmptyState>
  );
}
