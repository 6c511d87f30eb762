// Compiled and never run: what a user of the types relies on.
import { WeirClient, WeirError, type Outcome, type ServerMessage, type Settings } from '../src/weir.js';

/** A browser's own WebSocket is one that fits. */
export const settings: Settings = { WebSocket };

/** Every way in which a stream can come out, and no other. */
export function said(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ended':
      return outcome.verdict;
    case 'stopped':
      return outcome.message;
    case 'failed':
      return outcome.code ?? outcome.message;
  }
}

/** What a message holds follows from its type. */
export function offset(message: ServerMessage): number {
  return message.type === 'released' ? message.through : message.type === 'stopped' ? message.at : 0;
}

export async function read(url: string): Promise<string> {
  const weir = await WeirClient.connect(url, settings);
  const stream = weir.open({ mode: 'gate' });
  let shown = '';
  try {
    for await (const text of stream) shown += text;
  } catch (error) {
    if (error instanceof WeirError) return error.code ?? error.message;
  }
  return shown;
}
