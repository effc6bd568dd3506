/** Whether a path names a file of definitions by its ending; else it is that of a folder. */
export function namesDefinitionFile(path: string): boolean {
  return /\.(ya?ml|json)$/iu.test(path);
}
