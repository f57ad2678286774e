/** Timer keys. One deadline a request; reminders and escalations by step. */
export const expiryTimer = 'expire';
export const checkTimer = (step: string): string => `check:${step}`;
export const escalationTimer = (step: string): string => `escalate:${step}`;
export const reminderTimer = (step: string, index: number): string => `remind:${step}:${index}`;

export const isTimerOf = (key: string, step: string): boolean =>
  key === checkTimer(step) || key === escalationTimer(step) || key.startsWith(`remind:${step}:`);
