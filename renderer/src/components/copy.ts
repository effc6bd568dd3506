import { copyText } from './copy-text';
import { toast } from '../store/toasts';

/** Copies a text and says so, or shows it where the browser does not let it be copied. @param detail what was copied */
export function copy(text: string, detail: string): void {
  void copyText(text).then((done) =>
    toast(
      done
        ? { tone: 'good', title: 'Copied', detail }
        : { tone: 'warn', title: 'It could not be copied; mark it and copy it by hand', detail: text },
    ),
  );
}
