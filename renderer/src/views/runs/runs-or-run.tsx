import { usePlace } from '../../router/router';
import { Run } from '../run/run';
import { Runs } from './runs';

/** `#/runs` is the history, `#/runs/12` one of it. */
export function RunsOrRun() {
  const { parts } = usePlace();
  const [, id] = parts;
  return id === undefined ? <Runs /> : <Run key={id} id={id} />;
}
