import { nextStep } from '../format/next-step';

/**
 * The next step about a failure: the button or view of the page first, the command of the terminal below it.
 * @param link false where a button beside it does the step: then nothing leads elsewhere
 */
export function NextStep({
  code,
  hint,
  link = true,
}: {
  readonly code: string;
  readonly hint: string | null;
  readonly link?: boolean;
}) {
  const step = nextStep({ code, hint });
  if (step.hint === null) return null;
  return (
    <>
      <p className="failure__hint">
        <span className="strong">Next step: </span>
        {step.here ?? step.hint} {step.to === null || !link ? null : <a href={step.to}>Go there</a>}
      </p>
      {step.here === null ? null : <p className="small soft">In the terminal: {step.hint}</p>}
    </>
  );
}
