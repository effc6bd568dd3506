import type { ProfileDraft } from '../../../../shared/contract/profile';
import { Field, TextField } from '../../components/field';
import { Panel } from '../../components/page';
import { Select } from '../../components/select';
import { Tick } from '../../components/tick';

const colors = ['slate', 'blue', 'teal', 'green', 'amber', 'orange', 'red', 'pink', 'violet'] as const;
const levels = [
  { value: 'development', text: 'Development' },
  { value: 'staging', text: 'Staging' },
  { value: 'production', text: 'Production: every run wants the name typed' },
] as const;

/** Name, level, colour, datasets. */
export function GeneralFields({
  draft,
  errors,
  onChange,
}: {
  readonly draft: ProfileDraft;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (draft: ProfileDraft) => void;
}) {
  const databases = Object.entries(draft.connections).filter(([, { engine }]) => engine === 'postgres');
  return (
    <Panel title="Environment">
      <div className="fields">
        <TextField
          label="Name"
          value={draft.name}
          error={errors['name'] ?? null}
          help="Typed to confirm work in production."
          onChange={(name) => onChange({ ...draft, name })}
        />
        <Field label="Level">
          {(ids) => (
            <Select
              {...ids}
              label="Level"
              value={draft.level}
              choices={levels}
              onChange={(level) => onChange({ ...draft, level })}
            />
          )}
        </Field>
        <Field label="Queue and history are in" error={errors['system'] ?? null}>
          {(ids) => (
            <Select
              {...ids}
              label="Queue and history are in"
              value={draft.system}
              choices={databases.map(([name]) => ({ value: name, text: name }))}
              onChange={(system) => onChange({ ...draft, system })}
            />
          )}
        </Field>
        <TextField
          label="Dataset definitions"
          value={draft.datasets ?? ''}
          placeholder="those of AstroBookings"
          help="A folder or a file on the computer where the console runs; for databases of your own, a folder that discovering fills."
          error={errors['datasets'] ?? null}
          onChange={(datasets) => onChange({ ...draft, datasets: datasets === '' ? null : datasets })}
        />
        <div className="field">
          <span className="field__label" id="color-label">
            Colour of the window’s frame
          </span>
          <div className="swatches" role="radiogroup" aria-labelledby="color-label">
            {colors.map((color) => (
              <button
                key={color}
                type="button"
                role="radio"
                aria-checked={draft.color === color}
                aria-label={color}
                title={color}
                className="swatch"
                data-color={color}
                onClick={() => onChange({ ...draft, color })}
              />
            ))}
          </div>
        </div>
        <div className="field">
          <span className="field__label">Writing</span>
          <Tick label="Read-only" checked={draft.read_only} onChange={(on) => onChange({ ...draft, read_only: on })}>
            Read-only: nothing is ever written through it
          </Tick>
        </div>
      </div>
    </Panel>
  );
}
