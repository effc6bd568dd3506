import { createContext } from 'react';

/** Whether the console has ended: buttons below it ask for nothing then, but those that need nobody. */
export const NobodyThere = createContext(false);
