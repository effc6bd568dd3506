import { Chips } from '../../components/chips';
import { useConsole } from '../../store/console-store';
import { useResource } from '../../store/resource';

/** The environments whose runs raise alerts; null: all, also those that are added later. */
export function AlertEnvironments({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[] | null;
  readonly onChange: (chosen: string[] | null) => void;
}) {
  const saved = useResource('profiles.list', {});
  const open = useConsole((state) => state.session?.environment.name);
  const names = new Set([
    ...(saved.data?.profiles.map(({ profile }) => profile.name) ?? []),
    ...(open === undefined ? [] : [open]),
    // One that is saved no more can be taken out still.
    ...(chosen ?? []),
  ]);
  return (
    <div className="row row--wrap">
      <span className="soft">in the environments</span>
      <Chips
        label="Environments whose runs raise an alert"
        choices={[...names].map((name) => ({ value: name, text: name }))}
        chosen={chosen ?? []}
        onChange={(next) => onChange(next.length === 0 ? null : next)}
      />
      {chosen === null ? <span className="small soft">None is chosen: all of them.</span> : null}
    </div>
  );
}
