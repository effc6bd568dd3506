import type { Job } from '../../../../shared/engine/documents';

export interface JobFacts {
  readonly dataset?: string;
  readonly operation?: string;
  readonly database?: string;
  readonly application?: string | null;
  readonly actor?: string | null;
  readonly role?: string;
  readonly run?: string | null;
}

/** A pending job of a change that lucia.fernandez made with booking-service, unless said otherwise. */
export function job(facts: JobFacts = {}): Job {
  const { dataset = 'bookings', operation = 'update', database = 'operations', role = 'booking_service' } = facts;
  return {
    id: '1',
    dataset,
    job_type: 'booking_sync',
    entity_type: 'booking',
    entity_id: '7',
    entity_key: { id: '7' },
    status: 'pending',
    created_at: '2031-05-04T12:00:00Z',
    executed_at: null,
    run: null,
    attempts: 0,
    last_error: null,
    note: null,
    data: {
      operation,
      before: null,
      after: null,
      origin: {
        database,
        application: facts.application === undefined ? 'booking-service' : facts.application,
        actor: facts.actor === undefined ? 'lucia.fernandez' : facts.actor,
        session_user: role,
        client: '127.0.0.1',
        transaction: '700',
        at: '2031-05-04T12:00:00Z',
        run: facts.run ?? null,
      },
    },
  };
}
