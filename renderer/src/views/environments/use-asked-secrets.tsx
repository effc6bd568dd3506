import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Failure } from '../../../../shared/contract/failure';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import type { Profile } from '../../../../shared/contract/profile';
import { TextField } from '../../components/field';

export interface AskedSecrets {
  /** Whether any is asked for. */
  readonly any: boolean;
  /** Whether all that are asked for were typed in. */
  readonly ready: boolean;
  /** What was typed in, as the host takes it. */
  readonly given: Readonly<Record<string, string>>;
  /** Asks also for those that the host found missing, and again for those that a server refused. @returns whether the failure names some */
  readonly askFor: (failure: Failure) => boolean;
  readonly fields: ReactNode;
}

/**
 * The secrets that somebody has to type in before a saved environment can be opened or tested: those that are known to be missing,
 * and those that the host turns out to lack, such as the passphrase of a key, or one that its keychain can no longer read.
 */
export function useAskedSecrets({ profile, secrets }: ProfileEntry): AskedSecrets {
  const [asked, setAsked] = useState(() => Object.keys(secrets).filter((part) => secrets[part] === 'missing'));
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const given = Object.fromEntries(asked.flatMap((part) => (typed[part] ? [[part, typed[part]] as const] : [])));
  return {
    any: asked.length > 0,
    ready: asked.every((part) => part in given),
    given,
    askFor({ code, details }) {
      const { missing } = details;
      if ((code !== 'SECRET_UNAVAILABLE' && code !== 'CONNECT_FAILED') || !Array.isArray(missing)) return false;
      const parts = missing.filter((part) => typeof part === 'string');
      setTyped((before) => Object.fromEntries(Object.entries(before).filter(([part]) => !parts.includes(part))));
      setAsked((before) => [...new Set([...before, ...parts])]);
      return parts.length > 0;
    },
    fields: asked.map((part) => (
      <TextField
        key={part}
        type="password"
        label={labelOf(profile, part)}
        value={typed[part] ?? ''}
        onChange={(value) => setTyped({ ...typed, [part]: value })}
      />
    )),
  };
}

function labelOf({ connections }: Profile, part: string): string {
  if (part === 'tunnel') return 'Passphrase of the tunnel’s key';
  if (part.endsWith('.tls')) return `Passphrase of the certificate’s key of ${part.slice(0, -'.tls'.length)}`;
  const user = connections[part]?.user ?? '';
  return user === '' ? `Password on ${part}` : `Password of ${user} on ${part}`;
}
