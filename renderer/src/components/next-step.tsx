import { nextStep } from '../format/next-step';

/** The next step about a failure: the button or view of the page first, the command of the terminal below it. */
export function NextStep({ code, hint }: { readonly code: string; readonly hint: string | null }) {
  const step = nextStep({ code, hint });
  if (step.hint === null) return null;
  return (
    <>
      <p className="failure__hint">
        <span className="strong">Next step: </span>
        {step.here ?? step.hint} {step.to === null ? null : <a href={step.to}>Go there</a>}
      </p>
      {step.here === null ? null : <p className="small soft">In the terminal: {step.hint}</p>}
    </>
  );
}
