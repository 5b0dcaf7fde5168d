import { Note } from '../ui/notice.tsx';
import { isOwnComputer } from './local-address.ts';

/** Beside addresses that are handed out: that nobody else can open them, where that is so, and what to set. */
export function OwnComputerNote({ address }: { readonly address: string }) {
  if (!isOwnComputer(address)) return null;
  return (
    <Note>
      Nobody else can open this address: {new URL(address).origin} is the computer itself on which it is opened. Before
      you hand it out or print it, whoever runs the server sets <code>PUBLIC_URL</code> to the address that people use,
      such as <code>https://cx.example.org</code>, and starts it again. Links and posters then say that address.
    </Note>
  );
}
