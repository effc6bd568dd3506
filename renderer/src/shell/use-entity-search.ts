import { useEffect, useState } from 'react';
import type { OutputOf } from '../../../shared/contract/contract';
import { call } from '../wire/call';

type Found = OutputOf<'entities.find'>;

/** Entities that the queue knows under that key; asked for when the typing pauses. */
export function useEntitySearch(text: string): Found {
  const [answer, setAnswer] = useState<{ readonly to: string; readonly found: Found }>({ to: '', found: [] });
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === '') return;
    let current = true;
    const timer = setTimeout(() => {
      call('entities.find', { text: wanted }).then(
        (found) => (current ? setAnswer({ to: wanted, found }) : undefined),
        () => undefined,
      );
    }, 200);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted]);
  return answer.to === wanted ? answer.found : [];
}
