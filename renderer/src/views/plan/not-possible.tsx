import { Panel } from '../../components/page';
import { LongText } from '../../components/long-text';
import { NextStep } from '../../components/next-step';
import { counted } from '../../format/number';

/** What the plan cannot do, and what would help. */
export function NotPossible({
  problems,
}: {
  readonly problems: readonly {
    readonly name: string;
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
}) {
  if (problems.length === 0) return null;
  return (
    <Panel
      tone="bad"
      title={`${counted(problems.length, 'dataset')} cannot be brought into line like this`}
      about="left out of what can be applied"
      flush
    >
      <ul className="lines">
        {problems.map(({ name, code, message, hint }) => (
          <li key={name} style={{ alignItems: 'flex-start' }}>
            <span className="strong cut" style={{ width: 160, flex: 'none' }} title={name}>
              {name}
            </span>
            <div className="grow">
              <LongText text={message} />
              <NextStep code={code} hint={hint} />
            </div>
            <code className="small soft">{code}</code>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
