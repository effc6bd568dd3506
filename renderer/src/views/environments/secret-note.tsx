import { KeyRound } from 'lucide-react';
import { Tick } from '../../components/tick';
import { useConsole } from '../../store/console-store';

/** Says where typed passwords go. */
export function SecretNote({
  insist,
  onInsist,
}: {
  readonly insist: boolean;
  readonly onInsist: (on: boolean) => void;
}) {
  const secrets = useConsole((state) => state.info?.secrets);
  if (secrets === undefined) return null;
  return (
    <div className="stack stack--tight small soft">
      <p className="row">
        <KeyRound size={14} aria-hidden />
        {secrets.detail}
      </p>
      {secrets.store === 'weak' ? (
        <Tick label="Keep them all the same" checked={insist} onChange={onInsist}>
          Keep them on this computer all the same
        </Tick>
      ) : null}
    </div>
  );
}
