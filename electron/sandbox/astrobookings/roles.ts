import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { AstroBookingsDatabases } from './schema';

/** A login of the sandbox's server. */
export interface SandboxRole {
  readonly name: string;
  readonly password: string;
}

/** The applications of AstroBookings, and the operator of the sync. None is a superuser, owns a table or is a member of another. */
export interface SandboxRoles {
  readonly bookingService: SandboxRole;
  readonly agencyPortal: SandboxRole;
  readonly financeDesk: SandboxRole;
  /** May connect, and nothing else: `astro-sync check` prints what it lacks. */
  readonly operator: SandboxRole;
}

interface Rights {
  readonly operations: readonly string[];
  readonly system: readonly string[];
}

/** What each application does with its tables; nothing here is for the sync: capture needs no right of the writer. */
const rights: Readonly<Record<keyof SandboxRoles, Rights>> = {
  bookingService: {
    operations: [
      'select, insert, update, delete on bookings',
      'select, insert, update on travelers',
      'select on launches, rockets, agencies',
    ],
    system: ['select, insert, update on users', 'insert on entry_log, notifications'],
  },
  agencyPortal: {
    operations: ['select, insert, update on launches, rockets', 'select, update on agencies', 'select on bookings'],
    system: ['select on users', 'update (name, email) on users'],
  },
  financeDesk: {
    operations: [
      'select, insert, update on invoices, payments',
      'select on launches, agencies, bookings',
      'update (price_per_seat) on launches',
    ],
    system: [],
  },
  operator: { operations: [], system: [] },
};

const names: Readonly<Record<keyof SandboxRoles, string>> = {
  bookingService: 'booking_service',
  agencyPortal: 'agency_portal',
  financeDesk: 'finance_desk',
  operator: 'astro_sync_operator',
};

/**
 * Creates the roles, each with a random password, and grants them what their application needs in the two databases.
 * Roles belong to the whole server: `suffix` keeps those of several sandboxes on one server apart. Both databases are on one server.
 */
export async function createSandboxRoles(
  options: AstroBookingsDatabases & { readonly suffix?: string },
): Promise<SandboxRoles> {
  const { operations, system, suffix = '' } = options;
  const create = async (role: keyof SandboxRoles): Promise<SandboxRole> => {
    const name = names[role] + suffix;
    const password = randomBytes(18).toString('hex');
    const quoted = pg.escapeIdentifier(name);
    await operations.query(`create role ${quoted} login nosuperuser password ${pg.escapeLiteral(password)}`);
    for (const right of rights[role].operations) await operations.query(`grant ${right} to ${quoted}`);
    for (const right of rights[role].system) await system.query(`grant ${right} to ${quoted}`);
    return { name, password };
  };
  return {
    bookingService: await create('bookingService'),
    agencyPortal: await create('agencyPortal'),
    financeDesk: await create('financeDesk'),
    operator: await create('operator'),
  };
}

/** Takes the roles away again, with all that they were granted in the two databases. */
export async function dropSandboxRoles(databases: AstroBookingsDatabases, roles: SandboxRoles): Promise<void> {
  for (const { name } of Object.values(roles) as SandboxRole[]) {
    await databases.system.query(`drop owned by ${pg.escapeIdentifier(name)}`);
    await databases.operations.query(`drop owned by ${pg.escapeIdentifier(name)}`);
    await databases.operations.query(`drop role ${pg.escapeIdentifier(name)}`);
  }
}

/** The same database by the url of another role. */
export function urlAsRole(url: string, { name, password }: SandboxRole): string {
  const changed = new URL(url);
  changed.username = encodeURIComponent(name);
  changed.password = encodeURIComponent(password);
  return changed.href;
}
