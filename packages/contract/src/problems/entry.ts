/** Status, title, and what to do about it. */
export type ProblemEntry = readonly [status: number, title: string, action: string];
