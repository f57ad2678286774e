import type { BodyOf } from '@countersign/contract';

type Change = BodyOf<'changeDirectory'>['changes'][number];

/** userName, name, manager: a small company that buys things and travels. Nobody of these exists. */
const PEOPLE = [
  ['amara.okafor', 'Amara Okafor', null],
  ['ingrid.solberg', 'Ingrid Solberg', 'amara.okafor'],
  ['kenji.tanaka', 'Kenji Tanaka', 'amara.okafor'],
  ['tom.becker', 'Tom Becker', 'ingrid.solberg'],
  ['maria.lopez', 'María López', 'tom.becker'],
  ['omar.haddad', 'Omar Haddad', 'ingrid.solberg'],
  ['priya.nair', 'Priya Nair', 'ingrid.solberg'],
  ['lucas.moreau', 'Lucas Moreau', 'amara.okafor'],
  ['hannah.weiss', 'Hannah Weiss', 'kenji.tanaka'],
  ['sofia.rossi', 'Sofia Rossi', 'kenji.tanaka'],
] as const;

const GROUPS = { finance: ['omar.haddad', 'priya.nair'], legal: ['lucas.moreau'] } as const;

const ROLES = {
  'team-lead': ['tom.becker'],
  'finance-lead': ['ingrid.solberg'],
  'region-lead': ['kenji.tanaka'],
  cfo: ['amara.okafor'],
  'pre-approver': ['hannah.weiss'],
  administration: ['sofia.rossi', 'hannah.weiss'],
  'budget-owner': ['ingrid.solberg'],
  supervisor: ['tom.becker', 'kenji.tanaka'],
  missing: ['amara.okafor'],
} as const;

export const sampleDirectory = (): BodyOf<'changeDirectory'> => ({
  changes: [
    ...PEOPLE.map(
      ([userName, name, manager]): Change => ({
        change: 'person',
        userName,
        name,
        email: `${userName}@example.com`,
        manager,
      }),
    ),
    ...Object.entries(GROUPS).map(
      ([group, persons]): Change => ({ change: 'group', group, op: 'set', persons: [...persons] }),
    ),
    ...Object.entries(ROLES).map(
      ([role, persons]): Change => ({ change: 'role', role, op: 'set', persons: [...persons] }),
    ),
  ],
});
