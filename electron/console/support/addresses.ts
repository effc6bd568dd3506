import type { ConsoleContext } from '../context';

interface Place {
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

/** Takes the addresses of the saved and the open databases out of a text: support needs to see that two are alike, not where they are. */
export function withoutAddresses({ profiles, session }: Pick<ConsoleContext, 'profiles' | 'session'>) {
  const places: Place[] = [
    ...profiles
      .list()
      .flatMap(({ connections, tunnel }) => [
        ...Object.values(connections).map(({ host, port, database }) => ({ host, port: String(port), path: database })),
        ...(tunnel === null ? [] : [{ host: tunnel.host, port: String(tunnel.port), path: '' }]),
      ]),
    ...(session.current()?.databases ?? []).flatMap(({ label }) => {
      const [, host, port, path] = /\((.+):(\d+)(?:\/(.*))?\)$/u.exec(label) ?? [];
      return host === undefined || port === undefined ? [] : [{ host, port, path: path ?? '' }];
    }),
  ];
  const forms = new Map<string, string>();
  places.forEach(({ host, port, path }, index) => {
    const name = `‹address ${String(index + 1)}›`;
    const add = (form: string): void => {
      if (!forms.has(form)) forms.set(form, name);
    };
    if (path !== '') add(`${host}:${port}/${path}`);
    add(`${host}:${port}`);
    // A bare word, such as `data`, may be any word; this computer's own address says nothing.
    if (/[.:]/u.test(host) && !/^(?:127\.|::1$)/u.test(host)) add(host);
  });
  const longestFirst = [...forms].sort(([a], [b]) => b.length - a.length);
  return (text: string): string => longestFirst.reduce((clean, [form, name]) => clean.replaceAll(form, name), text);
}
