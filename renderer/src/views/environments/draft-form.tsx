import { useEffect, useRef, useState } from 'react';
import { PlugZap } from 'lucide-react';
import type { CheckReport } from '../../../../shared/engine/reports';
import type { Failure } from '../../../../shared/contract/failure';
import type { ProfileEntry } from '../../../../shared/contract/methods/profiles';
import { keptFrom, tlsPart, tunnelPart } from '../../../../shared/contract/kept-for';
import type { ProfileDraft } from '../../../../shared/contract/profile';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { go } from '../../router/router';
import { invalidate } from '../../store/resource';
import { toast } from '../../store/toasts';
import { call } from '../../wire/call';
import { failureOf } from '../../wire/call-error';
import { AddConnection } from './add-connection';
import { CheckResult } from './check-result';
import { ConnectionFields } from './connection-fields';
import { problems, renamed } from './draft';
import { GeneralFields } from './general-fields';
import { SecretNote } from './secret-note';
import type { KeptSecret, SecretField } from './secret-input';
import { TunnelFields } from './tunnel-fields';
import './environments.css';

export function DraftForm({
  id,
  initial,
  kept,
}: {
  readonly id: string | null;
  readonly initial: ProfileDraft;
  readonly kept: ProfileEntry['secrets'];
}) {
  const [draft, setDraft] = useState(initial);
  // What is saved over; null: whatever stands there.
  const [was, setWas] = useState<ProfileDraft | null>(initial);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const [insist, setInsist] = useState(false);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState<'test' | 'save' | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [report, setReport] = useState<CheckReport | null>(null);
  const told = useRef<HTMLDivElement>(null);
  const wrong = problems(draft);
  const errors = shown ? wrong : {};
  const secret = (name: string, value: string): void => setSecrets({ ...secrets, [name]: value });

  const rename = (from: string, typed: string): void => {
    const next = renamed(draft, from, typed);
    const to = Object.keys(next.connections)[Object.keys(draft.connections).indexOf(from)] ?? from;
    const moved = (part: string): string => (part === from ? to : part === tlsPart(from) ? tlsPart(to) : part);
    setDraft(next);
    setSecrets(Object.fromEntries(Object.entries(secrets).map(([part, typed]) => [moved(part), typed])));
  };
  /** What the host keeps and may use for a part of what is typed here, though it was saved under another name. */
  const keptOf = (part: string): KeptSecret => {
    const from = id === null ? null : keptFrom(initial, draft, part);
    if (from !== null) return kept[from] ?? 'missing';
    return kept[part] === undefined || kept[part] === 'missing' ? 'missing' : 'elsewhere';
  };
  const fieldOf = (part: string): SecretField => ({
    kept: keptOf(part),
    value: secrets[part] ?? '',
    onValue: (value) => secret(part, value),
  });
  const given = (): Record<string, string> =>
    Object.fromEntries(Object.entries(secrets).filter(([, typed]) => typed !== ''));
  // What came of it stands above the fields, which may be scrolled away.
  useEffect(() => {
    if (report !== null || failure !== null) told.current?.scrollIntoView({ block: 'start' });
  }, [report, failure]);

  const perform = async (what: 'test' | 'save', action: () => Promise<void>): Promise<void> => {
    setShown(true);
    setFailure(null);
    if (Object.keys(wrong).length > 0) {
      // The first of them may be out of view; it is marked once this is drawn.
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.form [aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(what);
    try {
      await action();
    } catch (error) {
      setFailure(failureOf(error));
      // Another console's pages are not ours: what it saved is read now.
      invalidate('profiles.list');
    } finally {
      setBusy(null);
    }
  };
  const test = () =>
    perform('test', async () => {
      setReport(null);
      setReport(await call('profiles.test', { id, draft, secrets: given() }));
    });
  const save = (over: ProfileDraft | null = was) =>
    perform('save', async () => {
      const input = { draft, secrets: given(), insist };
      await (id === null ? call('profiles.create', input) : call('profiles.update', { id, was: over, ...input }));
      invalidate('profiles.list');
      toast({ tone: 'good', title: `${draft.name} is saved`, apart: true });
      go('/environments');
    });

  /** What another window or console saved, in place of what was typed here. */
  const showSaved = (): void => {
    setDraft(initial);
    setWas(initial);
    setSecrets({});
    setFailure(null);
  };

  return (
    <Page
      title={id === null ? 'Add an environment' : `Edit ${initial.name}`}
      about="Nothing is written to any database by saving or testing."
      actions={
        <>
          <Button onClick={() => go('/environments')}>Back</Button>
          <Button icon={<PlugZap size={15} aria-hidden />} busy={busy === 'test'} onClick={() => void test()}>
            Test connection
          </Button>
          <Button look="primary" busy={busy === 'save'} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div ref={told} className="form__told">
          {failure === null ? null : (
            <ErrorState
              title="That did not work"
              failure={failure}
              action={
                failure.code !== 'PROFILE_CHANGED' ? null : (
                  <span className="row">
                    <Button small onClick={() => showSaved()}>
                      Show what is saved now
                    </Button>
                    <Button small look="danger" onClick={() => void save(null)}>
                      Save mine over it
                    </Button>
                  </span>
                )
              }
            />
          )}
          {shown && Object.keys(wrong).length > 0 ? (
            <p className="bad" role="alert">
              Some fields below are not right yet.
            </p>
          ) : null}
          {report === null ? null : <CheckResult report={report} />}
        </div>
        <GeneralFields draft={draft} errors={errors} onChange={setDraft} />
        {Object.keys(draft.connections).map((name, index) => (
          <ConnectionFields
            key={index}
            name={name}
            draft={draft}
            errors={errors}
            secret={fieldOf(name)}
            passphrase={fieldOf(tlsPart(name))}
            onChange={setDraft}
            onRename={(typed) => rename(name, typed)}
          />
        ))}
        <AddConnection draft={draft} onChange={setDraft} />
        <TunnelFields draft={draft} errors={errors} secret={fieldOf(tunnelPart)} onChange={setDraft} />
        <SecretNote insist={insist} onInsist={setInsist} />
        <button type="submit" hidden />
      </form>
    </Page>
  );
}
