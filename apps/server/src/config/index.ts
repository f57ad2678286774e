export { readSettings, redactSettings, type Settings, SettingsError } from './settings.ts';
