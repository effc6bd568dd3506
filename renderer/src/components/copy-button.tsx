import { useState } from 'react';
import type { ReactNode } from 'react';
import { Check, Copy } from 'lucide-react';
import { toast } from '../store/toasts';
import { copyText } from './copy-text';
import { Button } from './button';

export function CopyButton({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      small
      alone
      look="quiet"
      icon={copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
      onClick={() => {
        void copyText(text).then((done) => {
          setCopied(done);
          if (!done)
            toast({ tone: 'warn', title: 'It could not be copied', detail: 'Mark the text and copy it by hand.' });
          setTimeout(() => setCopied(false), 1500);
        });
      }}
    >
      {copied ? 'Copied' : children}
    </Button>
  );
}
