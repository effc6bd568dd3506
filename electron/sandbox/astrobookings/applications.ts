import pg from 'pg';
import { urlAsRole } from './roles';
import type { SandboxRole, SandboxRoles } from './roles';

/** One application at work: it opens its connections when it needs them. */
export interface Application {
  /** Runs `work` in one transaction of OperationsDB or SystemDB, on behalf of the actor where the application says who that is. */
  readonly transaction: <T>(database: 'operations' | 'system', work: (client: pg.Client) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export interface ApplicationUrls {
  readonly operations: string;
  readonly system: string;
  /** Applications sign in under their own roles; without them under the role of the urls. */
  readonly roles?: SandboxRoles;
}

/** How an application lets its origin be known, or not. */
interface Manner {
  readonly role: (roles: SandboxRoles) => SandboxRole;
  readonly applicationName: string;
  /** Settings of each of its transactions, `astro_sync.application` and `astro_sync.actor`. */
  readonly settings: Readonly<Record<string, string>>;
}

export const actors = { deskClerk: 'lucia.fernandez', agencyManager: 'marek.zolkiewski' } as const;

/**
 * Three ways that origins arrive: the application's name from the connection and the actor from a setting; both from settings,
 * under a connection name that says nothing; the name alone, nobody named.
 */
const manners: Readonly<Record<'bookingService' | 'agencyPortal' | 'financeDesk', Manner>> = {
  bookingService: {
    role: (roles) => roles.bookingService,
    applicationName: 'booking-service',
    settings: { 'astro_sync.actor': actors.deskClerk },
  },
  agencyPortal: {
    role: (roles) => roles.agencyPortal,
    applicationName: 'node',
    settings: { 'astro_sync.application': 'agency-portal', 'astro_sync.actor': actors.agencyManager },
  },
  financeDesk: { role: (roles) => roles.financeDesk, applicationName: 'finance-desk', settings: {} },
};

/** Starts an application of AstroBookings on its two databases. */
export function application(name: keyof typeof manners, urls: ApplicationUrls): Application {
  const { role, applicationName, settings } = manners[name];
  const clients = new Map<string, pg.Client>();
  const connected = async (database: 'operations' | 'system'): Promise<pg.Client> => {
    const open = clients.get(database);
    if (open !== undefined) return open;
    const url = urls.roles === undefined ? urls[database] : urlAsRole(urls[database], role(urls.roles));
    const client = new pg.Client({ connectionString: url, application_name: applicationName });
    client.on('error', () => undefined);
    await client.connect();
    clients.set(database, client);
    return client;
  };
  return {
    transaction: async (database, work) => {
      const client = await connected(database);
      await client.query('begin');
      try {
        for (const [setting, value] of Object.entries(settings)) {
          await client.query('select set_config($1, $2, true)', [setting, value]);
        }
        const result = await work(client);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },
    close: async () => {
      await Promise.all([...clients.values()].map((client) => client.end()));
      clients.clear();
    },
  };
}
