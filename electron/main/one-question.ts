/**
 * Dialogs one at a time: what is asked while one is open is answered at once, as by a no. A page that asks again and again shall not
 * stack them.
 * @param refused the answer of a no
 */
export function oneQuestion<Given, Answer>(
  ask: (given: Given) => Promise<Answer>,
  refused: Answer,
): (given: Given) => Promise<Answer> {
  let asking = false;
  return async (given) => {
    if (asking) return refused;
    asking = true;
    try {
      return await ask(given);
    } finally {
      asking = false;
    }
  };
}
