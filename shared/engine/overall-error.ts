const separator = '. Not through either: ';

/** The message of a whole run: that of the dataset that has to be looked at first, then the names of the others with an error. */
export function overallMessage(first: string, others: readonly string[]): string {
  return others.length === 0 ? first : `${first}${separator}${others.join(', ')}`;
}

/** Whether the message of a whole run begins with that of this dataset. */
export function tellsOf(overall: string, message: string): boolean {
  return overall === message || overall.startsWith(`${message}${separator}`);
}
