import { useEffect, useRef } from 'react';
import type { Session } from '../../../../shared/contract/methods/session';
import './datasets.css';

export type DefinitionError = Session['definitions']['errors'][number];

/** How an error of a definition reads below its line. */
export const errorText = ({ path, message }: DefinitionError): string =>
  `${path === null ? '' : `${path}: `}${message}`;

/**
 * The text of a definition with the numbers of its lines; below a line stands what is wrong in it.
 * @param first number of its first line in the file
 * @param shown a line that is marked, and in view at first
 */
export function DefinitionText({
  text,
  first = 1,
  errors = [],
  shown = null,
}: {
  readonly text: string;
  readonly first?: number;
  readonly errors?: readonly DefinitionError[];
  readonly shown?: number | null;
}) {
  const marked = useRef<HTMLDivElement>(null);
  useEffect(() => {
    marked.current?.scrollIntoView({ block: 'center' });
  }, [shown]);
  return (
    <div className="definition" tabIndex={0} role="region" aria-label="Text of the definition">
      {text
        .trimEnd()
        .split('\n')
        .map((line, index) => {
          const number = first + index;
          const wrong = errors.filter((error) => error.line === number);
          return (
            <div
              key={index}
              ref={number === shown ? marked : undefined}
              aria-current={number === shown ? 'location' : undefined}
              className={`definition__line ${wrong.length > 0 || number === shown ? 'definition__line--marked' : ''}`}
            >
              <span className="definition__number">{number}</span>
              <code>{line}</code>
              {wrong.map((error) => (
                <p key={errorText(error)} className="definition__error bad">
                  {errorText(error)}
                </p>
              ))}
            </div>
          );
        })}
    </div>
  );
}
