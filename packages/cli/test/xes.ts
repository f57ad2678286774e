import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** BPI Challenge 2020, domestic declarations; outside the repository. */
export const LOG = fileURLToPath(
  new URL('../../../../shared/data/bpi2020/DomesticDeclarations.xes.gz', import.meta.url),
);

/** An XES file of cases, each a list of activities an hour apart. `Declaration ` is added where a role acts. */
export function xesFile(file: string, cases: readonly (readonly string[])[]): string {
  const traces = cases.map((activities, c) => {
    const events = activities.map((activity, i) => {
      const [, role] = / by (.+)$/.exec(activity) ?? [];
      const at = new Date(Date.UTC(2017, 0, 9, 8 + i, c)).toISOString();
      return `<event>
        <string key="concept:name" value="${role === undefined ? '' : 'Declaration '}${activity}"/>
        <string key="org:role" value="${role ?? 'UNDEFINED'}"/>
        <date key="time:timestamp" value="${at}"/>
        <string key="id" value="step ${c}.${i}"/>
        <string key="(case)_Amount" value="26.8512"/>
        <string key="(case)_BudgetNumber" value="budget ${c}"/>
        <string key="(case)_DeclarationNumber" value="declaration number ${c}"/>
      </event>`;
    });
    return `<trace><string key="concept:name" value="declaration${c + 1}"/>${events.join('')}</trace>`;
  });
  writeFileSync(file, `<?xml version="1.0" encoding="UTF-8"?><log>${traces.join('')}</log>`);
  return file;
}
