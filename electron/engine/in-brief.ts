const lettersAtMost = 1000;

/** A server repeats a value that it refuses, however long it is: of so long a message the beginning. */
export function inBrief(message: string): string {
  return message.length > lettersAtMost ? `${message.slice(0, lettersAtMost)}…` : message;
}
