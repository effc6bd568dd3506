import { nextStep } from '../format/next-step';
import { failureOf } from '../wire/call-error';
import { useConsole } from './console-store';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'info' | 'warn';
  readonly title: string;
  readonly detail: string | null;
  readonly link: { readonly text: string; readonly to: string } | null;
  /** it stands elsewhere too, such as in the inbox */
  readonly kept: boolean;
  /** its text is to be used: it can be copied, and stays until it is closed */
  readonly stays: boolean;
  /** it speaks of this computer or of what it names, not of the environment that is open */
  readonly apart: boolean;
  /** the opening of the environment that it speaks of; null: of none */
  readonly session: string | null;
}

let last = 0;

/** Milliseconds; an error takes longer to read. */
const shortly = { note: 6000, error: 12_000 } as const;

/**
 * Shows a note in the corner; one that tells of an error and stands nowhere else, or whose text is to be used, stays until it is closed,
 * or until the environment that it speaks of is.
 */
export function toast(note: Pick<Toast, 'tone' | 'title'> & Partial<Omit<Toast, 'id' | 'session'>>): void {
  const session = note.apart === true ? null : (useConsole.getState().session?.opened_at ?? null);
  const shown: Toast = {
    detail: null,
    link: null,
    kept: false,
    stays: false,
    apart: false,
    ...note,
    session,
    id: ++last,
  };
  useConsole.setState(({ toasts }) => ({ toasts: [...toasts, shown].slice(-4) }));
  const error = shown.tone === 'bad';
  if (!shown.stays && (!error || shown.kept))
    setTimeout(() => closeToast(shown.id), error ? shortly.error : shortly.note);
}

/** What was said of an environment means nothing in the next one. */
useConsole.subscribe(({ session, toasts }) => {
  const open = session?.opened_at ?? null;
  const meant = toasts.filter((each) => each.session === null || each.session === open);
  if (session !== undefined && meant.length < toasts.length) useConsole.setState({ toasts: meant });
});

export function closeToast(id: number): void {
  useConsole.setState(({ toasts }) => ({ toasts: toasts.filter((each) => each.id !== id) }));
}

/** Says that something which was asked for did not work, and what to do. */
export function toastFailure(title: string, error: unknown): void {
  const failure = failureOf(error);
  const { here, to, hint } = nextStep(failure);
  const step = here ?? hint;
  const detail = step === null ? failure.message : `${failure.message} ${step}`;
  toast({ tone: 'bad', title, detail, link: to === null ? null : { text: 'Go there', to: to.slice(1) } });
}
