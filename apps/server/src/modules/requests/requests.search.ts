import type { Reading } from '../../db/read.ts';

/** Letters and digits, lower case: of what is indexed, and of what is searched for. */
export const words = (text: string | undefined): string[] => [
  ...new Set(
    (text ?? '')
      .toLowerCase()
      .normalize('NFKC')
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  ),
];

/** So many requests are looked at one by one. A word that more of them have is found soon in any order. */
const FEW = 1000;

export type Found = {
  /** Requests that have one of the words, where they are few; null: look at all. */
  readonly among: readonly string[] | null;
  /** Words that each of them must have, or begin one with, besides. */
  readonly having: readonly string[];
};

/**
 * How to search for these words. Which of them is rare is asked first: left to the planner, a rare word was looked for in
 * one request after the other, or a common one gathered from a million, whichever its statistics of the day suggested.
 */
export async function searchPlan(
  read: Reading,
  environment: string,
  wanted: readonly string[],
): Promise<Found> {
  for (const word of wanted) {
    const rows = await read.query<{ stream_id: string }>(
      `select stream_id from countersign.search_token
        where environment_id = $1 and token >= $2 and token < $3 limit ${FEW + 1}`,
      [environment, word, endOf(word)],
    );
    if (rows.length > FEW) continue;
    const among = [...new Set(rows.map((row) => row.stream_id))];
    return { among, having: wanted.filter((other) => other !== word) };
  }
  return { among: null, having: wanted };
}

/** A clause on `stream`, for a word that the request has or begins one with. */
export const hasWord = (stream: string, word: string, bind: (value: unknown) => string): string =>
  `exists (select from countersign.search_text t cross join lateral unnest(t.tokens) as w(token)
            where t.environment_id = $1 and t.stream_id = ${stream}
              and w.token >= ${bind(word)} and w.token < ${bind(endOf(word))} offset 0)`;

const endOf = (word: string): string => `${word}\u{10ffff}`;
