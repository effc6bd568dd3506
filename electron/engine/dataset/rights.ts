import type { Client } from 'pg';
import type { Right } from '../../../shared/engine/reports';
import { relationsByLocks, relationsByName } from '../catalog/relations-without-rights';
import type { Environment } from '../connect/environment';
import { quoteIdent, quoteQualified } from '../connect/identifiers';
import { databaseFacts, tableFacts } from './rights-facts';
import type { DatabaseFacts, TableFacts } from './rights-facts';
import { distinctNeeds, grantsOf, plainName, sequenceNeeds, tableNeeds } from './rights-needs';
import type { Need } from './rights-needs';
import { refusedByPlanner } from './rights-refused';
import { mergeTables, onlyReading, readOf } from './rights-wanted';
import type { WantedRights, WantedTable } from './rights-wanted';

/** What a role lacks in one database, as statements for an administrator of it. */
export interface MissingRights {
  readonly database: string;
  readonly role: string;
  /** Without these, init or a run fails. */
  readonly missing: readonly string[];
  /** Without these, runs work. */
  readonly recommended: readonly Recommended[];
  /** All of them as they are to be carried out: what concerns roles, which a server has once, stands at its first database. */
  readonly grants: readonly string[];
}

/** A statement that is worth carrying out, and what happens without. */
export interface Recommended {
  readonly grant: string;
  readonly without: string;
}

export interface FoundRights {
  /** One entry per PostgreSQL database that was asked, in the environment's order; a superuser lacks nothing. */
  readonly databases: readonly MissingRights[];
  /** What each dataset needs in PostgreSQL, by its name. */
  readonly datasets: ReadonlyMap<string, readonly Right[]>;
}

/**
 * Compares what the environment's roles may do with what init and runs of these datasets need, in a read-only environment with what
 * previews and verifications do. Nothing is changed.
 * @param away databases that do not answer: of what is wanted there nobody knows whether it is held
 * @throws SyncError CONNECT_FAILED
 */
export async function checkRights(
  environment: Environment,
  all: readonly WantedRights[],
  away: ReadonlySet<string> = new Set(),
): Promise<FoundRights> {
  const wanted = environment.readOnly ? all.map(onlyReading) : all;
  const used = new Set([environment.system.name, ...wanted.flatMap(({ databases }) => databases)]);
  const names = environment.names.filter((name) => used.has(name));
  const compared = await Promise.all(
    names.filter((name) => !away.has(name)).map((name) => compareOn(environment, name, wanted)),
  );
  const listed = new Set<string>();
  const databases = compared.map(({ server, byDataset: _byDataset, ...rights }) => {
    const lacking = [...rights.missing, ...rights.recommended.map(({ grant }) => grant)];
    const grants = lacking.filter((sql) => !concernsRoles(sql) || !listed.has(`${server} ${sql}`));
    for (const sql of grants) listed.add(`${server} ${sql}`);
    return { ...rights, grants };
  });
  const rightsOf = (one: WantedRights): Right[] =>
    names.flatMap((name) =>
      away.has(name)
        ? unknownRights(name, one)
        : (compared.find(({ database }) => database === name)?.byDataset.get(one.dataset) ?? []),
    );
  return { databases, datasets: new Map(wanted.map((one) => [one.dataset, rightsOf(one)])) };
}

/** Roles and their members belong to a server, everything else to a database. */
function concernsRoles(sql: string): boolean {
  return /^(CREATE ROLE|ALTER ROLE|GRANT (astro_sync|pg_read_all_stats) TO) /.test(sql);
}

function unknownRights(database: string, { tables }: WantedRights): Right[] {
  return tables
    .filter((table) => table.database === database)
    .flatMap(({ schema, name, privileges }) =>
      privileges.map((privilege) => ({
        database,
        on: 'table' as const,
        object: plainName(schema, name),
        privilege,
        has: null,
      })),
    );
}

interface Compared extends Omit<MissingRights, 'grants'> {
  readonly server: string;
  readonly byDataset: ReadonlyMap<string, readonly Right[]>;
}

async function compareOn(
  environment: Environment,
  database: string,
  wanted: readonly WantedRights[],
): Promise<Compared> {
  const client = await environment.postgres(database).connect('check');
  try {
    return await compare(client, wanted, {
      database,
      isSystem: database === environment.system.name,
      readOnly: environment.readOnly,
    });
  } finally {
    await client.end();
  }
}

interface Place {
  readonly database: string;
  readonly isSystem: boolean;
  readonly readOnly: boolean;
}

async function compare(
  client: Client,
  wanted: readonly WantedRights[],
  { database, isSystem, readOnly }: Place,
): Promise<Compared> {
  const state = await databaseFacts(client);
  const role = quoteIdent(state.role);
  // Where nothing is installed, and nothing may be, nobody needs to be a member of what owns it.
  const membership = readOnly && !state.schema ? { create: [], grant: [] } : membershipOf(state, role);
  const base = databaseNeeds(state, database, membership.grant).filter(
    ({ privilege }) => !readOnly || privilege !== 'CREATE',
  );
  const here = wanted.filter(({ databases }) => isSystem || databases.includes(database));
  const tablesOf = new Map<string, readonly WantedTable[]>();
  for (const one of here) tablesOf.set(one.dataset, await tablesHere(client, database, one));
  const facts = await tableFacts(client, mergeTables([...tablesOf.values()].flat()));
  const needs = new Map<string, readonly Need[]>();
  for (const one of here) {
    const known = distinctNeeds([...base, ...needsOf(tablesOf.get(one.dataset) ?? [], facts, role, 'serial')]);
    const refused: Need[] = [];
    for (const { sql } of one.queries.filter((query) => query.database === database))
      refused.push(...(await refusedByPlanner(client, database, role, sql, [...known, ...refused])));
    needs.set(one.dataset, distinctNeeds([...known, ...refused]));
  }
  const captured = here.some(({ captures }) => captures.includes(database));
  const identities = needsOf([...tablesOf.values()].flat(), facts, role, 'identity');
  const needed = base.some(({ statement, has }) => statement !== undefined && !has);
  return {
    database,
    role: state.role,
    server: state.server,
    missing: [...new Set(grantsOf([...base, ...[...needs.values()].flat()], role))],
    recommended: [
      ...worthHaving(needed ? [] : [...membership.create, ...membership.grant], without.membership),
      ...worthHaving(captured && !state.reads_stats ? [`GRANT pg_read_all_stats TO ${role};`] : [], without.stats),
      ...worthHaving(grantsOf(identities, role), without.sequence),
    ],
    byDataset: new Map([...needs].map(([dataset, some]) => [dataset, some.map(rightOf)])),
  };
}

/** What happens where a right is not there without which runs work. */
const without = {
  membership:
    'what runs write into captured tables is not known as the sync’s own: queue and Origins show it as written by an application',
  stats: 'nobody is told which session holds captured changes back, only that one does',
  sequence:
    'the sequence stays behind the ids that runs bring: what an application inserts into the target itself may fail with a duplicate key',
};

function worthHaving(grants: readonly string[], what: string): Recommended[] {
  return grants.map((grant) => ({ grant, without: what }));
}

function needsOf(
  tables: readonly WantedTable[],
  facts: ReadonlyMap<string, TableFacts>,
  role: string,
  sequences: 'serial' | 'identity',
): Need[] {
  return tables.flatMap((table) => {
    const found = facts.get(quoteQualified(table));
    if (found === undefined) return [];
    return [
      ...(sequences === 'serial' ? tableNeeds(table, found, role) : []),
      ...sequenceNeeds(table, found, sequences),
    ];
  });
}

/** The tables that it knows by name, and those that its queries read, in this database. */
async function tablesHere(client: Client, database: string, one: WantedRights): Promise<WantedTable[]> {
  const known = one.tables.filter((table) => table.database === database);
  const read = [];
  for (const { sql } of one.queries.filter((query) => query.database === database))
    read.push(...(await relationsByLocks(client, sql)));
  const mentions = one.mentions.filter((mention) => mention.database === database).map(({ sql }) => sql);
  read.push(...(await relationsByName(client, mentions)));
  const isKnown = (name: string): boolean =>
    known.some((table) => table.privileges.includes('SELECT') && quoteQualified(table) === name);
  const others = read.filter((name) => !isKnown(quoteQualified(name)));
  return mergeTables([...known, ...others.map((name) => readOf(database, name, 'any'))]);
}

/** What is worth having everywhere, and needed where another role has installed what is there: only members may use that. */
function membershipOf(state: DatabaseFacts, role: string) {
  return {
    create: !state.role_exists && !state.may_create_role ? ['CREATE ROLE astro_sync NOLOGIN;'] : [],
    grant: !state.member && (state.role_exists || !state.may_create_role) ? [`GRANT astro_sync TO ${role};`] : [],
  };
}

function databaseNeeds(state: DatabaseFacts, database: string, membership: readonly string[]): Need[] {
  const grantOn = `DATABASE ${quoteIdent(state.database)}`;
  const onDatabase = { database, on: 'database' as const, object: plainName(state.database), grantOn };
  const onSchema = { database, on: 'schema' as const, object: 'astro_sync', privilege: 'USAGE', grantOn: null };
  const foreign = !state.schema_usable && state.role_exists;
  return [
    state.schema
      ? { ...onSchema, has: !foreign || membership.length === 0, statement: membership[0] ?? '' }
      : { ...onDatabase, privilege: 'CREATE', has: state.create },
    { ...onDatabase, privilege: 'TEMPORARY', has: state.temporary },
  ];
}

function rightOf({ database, on, object, privilege, has }: Need): Right {
  return { database, on, object, privilege, has };
}
