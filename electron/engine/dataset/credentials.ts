const credential =
  /(^|_)(password|passwd|pwd|passphrase|secret|api_?key|private_?key|credentials?|(access|refresh|auth|api|session|reset)_?token)(_|$)/i;

/** True for a column that looks like a credential: it is read only where a definition asks for it by name. */
export function looksLikeCredential(column: string): boolean {
  return credential.test(column.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2'));
}
