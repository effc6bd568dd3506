/** Stands for a value of a masked column, wherever one would be shown. NULL stays visible. */
export const hiddenValue = '•••';
