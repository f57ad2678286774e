// Checks who imports whom (.dependency-cruiser.cjs), and first that the checker sees a violation of every rule.
// dependency-cruiser reads TypeScript through the compiler's API, which typescript 7 does not offer: it finds 6.0.3.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type IConfiguration, type IViolation } from 'dependency-cruiser';

const root = fileURLToPath(new URL('..', import.meta.url));
const config: IConfiguration = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/** Not the `dist` of packages from npm: an import of one would go unseen. */
const BUILT = '^(packages|apps)/[^/]+/dist/';

async function violations(baseDir: string, folders: string[]): Promise<readonly IViolation[]> {
  const ruleSet = { forbidden: config.forbidden ?? [] };
  const found = await cruise(folders, {
    ...config.options,
    exclude: BUILT,
    baseDir,
    ruleSet,
    validate: true,
  });
  if (typeof found.output === 'string') throw new Error('dependency-cruiser gave text instead of a result');
  if (found.output.summary.totalCruised === 0)
    throw new Error(`dependency-cruiser saw no file in ${folders}`);
  return found.output.summary.violations;
}

const tell = (found: IViolation) => `${found.rule.name}: ${found.from} → ${found.to}`;

const planted = await violations(path.join(root, 'test/fixtures/imports'), ['packages', 'apps']);
const reported = new Set(planted.map((found) => found.rule.name));
const unseen = (config.forbidden ?? []).map((rule) => rule.name ?? '').filter((name) => !reported.has(name));

const real = await violations(root, ['packages', 'apps']);
for (const name of unseen) console.error(`the planted violation of ${name} was not reported`);
for (const found of real) console.error(tell(found));
if (unseen.length + real.length > 0) process.exit(1);
console.log(`imports: every rule holds (${reported.size} planted violations seen)`);
