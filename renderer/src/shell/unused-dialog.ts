/**
 * Stands in for the dialog that cmdk brings for a component of its own, `Command.Dialog`: the palette opens in the dialog of
 * all others, and the one of cmdk with what that needs would be the largest part of the palette's script.
 */
export const Root = null;
export const Portal = null;
export const Overlay = null;
export const Content = null;
