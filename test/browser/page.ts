// What runs in Chromium: the same code as everywhere else, bundled for a browser.

import { replayer } from '@countersign/core';
import { readLines, verifyExport } from '@countersign/ledger';
import { canonicalJson } from '../../packages/core/src/facts/digest.ts';
import { expenseHistory } from '../../packages/core/test/history.ts';

declare const window: { countersign: unknown };

window.countersign = {
  /** The golden history, decided again. */
  history: () => expenseHistory().map((entry) => canonicalJson(entry)),
  verdicts: () => {
    const replay = replayer();
    return expenseHistory().map((entry) => replay.entry(entry).verdict);
  },
  verifier: () => [typeof readLines, typeof verifyExport],
};
