/** Whatever is opened is closed again by `closeAll`, the last first; what fails to close does not keep the rest open. */
export interface Closing {
  readonly add: (close: () => unknown) => void;
  readonly closeAll: () => Promise<void>;
}

export function closing(): Closing {
  const steps: (() => unknown)[] = [];
  return {
    add: (close) => void steps.push(close),
    closeAll: async () => {
      for (const close of steps.splice(0).reverse()) {
        try {
          await close();
        } catch {
          // It was lost already, as at a crash of a server; the rest is closed all the same.
        }
      }
    },
  };
}
