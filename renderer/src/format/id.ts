/** The beginning of a long id, as people say it; a short one as it is. The whole stands in a title. */
export function shortId(id: string): string {
  return id.length > 12 ? id.slice(0, 8) : id;
}
