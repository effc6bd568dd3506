import { useState } from 'react';
import { Plus } from 'lucide-react';
import type { Connection, ProfileDraft } from '../../../../shared/contract/profile';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { nameProblem, newConnection } from './draft';

/** Adds one more database to the environment. */
export function AddConnection({
  draft,
  onChange,
}: {
  readonly draft: ProfileDraft;
  readonly onChange: (draft: ProfileDraft) => void;
}) {
  const [name, setName] = useState('');
  const wrong = nameProblem(name, Object.keys(draft.connections));
  const usable = wrong === null;
  const add = (engine: Connection['engine']): void => {
    onChange({ ...draft, connections: { ...draft.connections, [name]: newConnection(engine) } });
    setName('');
  };
  return (
    <div className="row row--wrap add-connection">
      <TextField
        label="Another database, by the name that datasets use"
        value={name}
        placeholder="archive"
        error={name === '' ? null : wrong}
        onChange={setName}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          // Enter would save the whole form.
          event.preventDefault();
          if (usable) add('postgres');
        }}
      />
      <Button icon={<Plus size={14} aria-hidden />} disabled={!usable} onClick={() => add('postgres')}>
        PostgreSQL
      </Button>
      <Button icon={<Plus size={14} aria-hidden />} disabled={!usable} onClick={() => add('redis')}>
        Redis
      </Button>
    </div>
  );
}
