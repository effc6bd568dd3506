import type { CheckReport } from '../../../shared/engine/reports';
import type { ExitCode } from '../exit-code';
import { exitCode, exitCodeOfError, gravest } from '../exit-code';
import type { AddCommand } from '../invocation';
import { selectedDatasets, takesDatasets } from '../selection';
import { withEngine } from '../with-engine';

export const addCheck: AddCommand = (program, perform) => {
  const command = takesDatasets(
    program.command('check').description('Try connections, rights and definitions; writes nothing'),
    ' (default: all)',
  ).addHelpText(
    'after',
    '\nPrints the GRANT statements that are missing. Examples:\n  astro-sync check\n  astro-sync check launches',
  );
  command.action(() =>
    perform(command, (invocation) => {
      const datasets = selectedDatasets(command, false);
      return withEngine(
        invocation,
        'required',
        async ({ engine }) => {
          const report = await engine.check({
            datasets,
            signal: invocation.signal,
          });
          const { renderCheck } = await import('../render/check');
          return { document: report, text: (look) => renderCheck(report, look), exitCode: exitCodeOfCheck(report) };
        },
        true,
      );
    }),
  );
};

/** Hops that say nothing against the way to a server: before it is tried, and once it has answered. */
const reached: readonly string[] = ['settings', 'server', 'identity', 'rights'];

/** 5 where a database cannot be reached, 2 where rights or definitions are wrong, else what the datasets' errors say. */
function exitCodeOfCheck(report: CheckReport): ExitCode {
  const codes: ExitCode[] = report.datasets.flatMap(({ error }) => (error === null ? [] : [exitCodeOfError(error)]));
  for (const database of report.databases) {
    const unreachable = database.hops.some((hop) => !hop.ok && !reached.includes(hop.name));
    if (unreachable) codes.push(exitCode.unreachable);
    else if (!database.ok) codes.push(exitCode.usage);
  }
  if (!report.ok && codes.length === 0) codes.push(exitCode.failed);
  return gravest(codes);
}
