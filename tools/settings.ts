// Writes docs/reference/settings.md from the table of settings.
import fs from 'node:fs';
import { settingsReference } from '../apps/server/src/config/reference.ts';

fs.writeFileSync(new URL('../docs/reference/settings.md', import.meta.url), settingsReference());
