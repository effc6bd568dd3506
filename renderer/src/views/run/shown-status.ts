import { isOver } from '../../../../shared/contract/follow-runs';
import type { RunStatus } from '../../../../shared/engine/documents';

/**
 * A record that says it is over is believed before an event that came late; and an event that says so waits for the record, so that
 * the end of the run and of its datasets are shown together.
 */
export function shownStatus(record: RunStatus, told: RunStatus | null): RunStatus {
  return isOver({ status: record }) || told === null || isOver({ status: told }) ? record : told;
}
