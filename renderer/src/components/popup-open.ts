/** True while a dialog, a menu or a list of choices is open: keys are for it. Closed ones may stay in the document, unseen. */
export function popupOpen(): boolean {
  const popups = document.querySelectorAll('[role=dialog], [role=menu], [role=listbox]');
  return [...popups].some((popup) => popup.checkVisibility());
}
