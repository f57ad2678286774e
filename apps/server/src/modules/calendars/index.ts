export { calendarHandlers } from './calendars.handlers.ts';
