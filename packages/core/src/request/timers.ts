/** Timer keys. One deadline a request; reminders and escalations by step. */
export const expiryTimer = 'expire';
export const checkTimer = (step: string): string => `check:${step}`;
export const escalationTimer = (step: string): string => `escalate:${step}`;
export const reminderTimer = (step: string, index: number): string => `remind:${step}:${index}`;

export function isTimerOf(step: string): (key: string) => boolean {
  const check = checkTimer(step);
  const escalation = escalationTimer(step);
  const reminders = `remind:${step}:`;
  return (key) => key === check || key === escalation || key.startsWith(reminders);
}
