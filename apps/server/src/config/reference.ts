import { settingDocs } from './settings.ts';

/** The reference page, from the same table that reads the environment. */
export function settingsReference(): string {
  const rows = settingDocs().map((doc) => {
    const value = doc.default === undefined ? '' : `\`${doc.default}\``;
    return `| \`${doc.name}\`${doc.secret === true ? ' (secret)' : ''} | ${doc.type} | ${value} | ${doc.about} |`;
  });
  return `${[
    '# Settings',
    '',
    'The server reads environment variables, once, at start. A value that it cannot use stops it with every problem at',
    'once; a `COUNTERSIGN_` variable that it does not know is warned about. Secrets are never written to the log.',
    '',
    'This page is made from the code by `npm run settings`; a test fails when it is not up to date.',
    '',
    '| variable | type | default | what it does |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}
