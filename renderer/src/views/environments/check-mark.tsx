import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';

/** Whether something works: by its form as well as its colour. null: nobody knows. */
export function CheckMark({ ok, size = 14 }: { readonly ok: boolean | null; readonly size?: number }) {
  if (ok === null) return <CircleHelp size={size} className="check-mark warn" aria-label="not known" />;
  return ok ? (
    <CircleCheck size={size} className="check-mark good" aria-label="works" />
  ) : (
    <CircleX size={size} className="check-mark bad" aria-label="fails" />
  );
}
