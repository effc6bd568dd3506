import { nextStep } from '../format/next-step';
import { failureOf } from '../wire/call-error';
import { useConsole } from './console-store';

export interface Toast {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'info' | 'warn';
  readonly title: string;
  readonly detail: string | null;
  readonly link: { readonly text: string; readonly to: string } | null;
}

let last = 0;

/** Shows a note in the corner; those that tell of an error stay until they are closed. */
export function toast(note: Pick<Toast, 'tone' | 'title'> & Partial<Toast>): void {
  const shown: Toast = { detail: null, link: null, ...note, id: ++last };
  useConsole.setState(({ toasts }) => ({ toasts: [...toasts, shown].slice(-4) }));
  if (shown.tone !== 'bad') setTimeout(() => closeToast(shown.id), 6000);
}

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
