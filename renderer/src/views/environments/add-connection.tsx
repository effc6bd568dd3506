import { useState } from 'react';
import { Plus } from 'lucide-react';
import type { ProfileDraft } from '../../../../shared/contract/profile';
import { Button } from '../../components/button';
import { TextField } from '../../components/field';
import { newConnection } from './draft';

/** Adds one more database to the environment. */
export function AddConnection({
  draft,
  onChange,
}: {
  readonly draft: ProfileDraft;
  readonly onChange: (draft: ProfileDraft) => void;
}) {
  const [name, setName] = useState('');
  const usable = /^[a-z][a-z0-9_-]{0,62}$/.test(name) && !Object.hasOwn(draft.connections, name);
  const add = (engine: 'postgres' | 'redis'): void => {
    onChange({ ...draft, connections: { ...draft.connections, [name]: newConnection(engine) } });
    setName('');
  };
  return (
    <div className="row" style={{ alignItems: 'flex-end' }}>
      <TextField
        label="Another database, by the name that datasets use"
        value={name}
        placeholder="archive"
        onChange={setName}
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
