/** One small story runs through all examples: Maria buys a laser cutter, Omar and Ines approve it. */
const uuid = (n: number) => `01963f2a-7c00-7000-8000-${String(n).padStart(12, '0')}`;

export const ids = {
  environment: `env_${uuid(1)}`,
  organization: `org_${uuid(2)}`,
  erp: `svc_${uuid(3)}`,
  key: `key_${uuid(4)}`,
  maria: `usr_${uuid(11)}`,
  omar: `usr_${uuid(12)}`,
  ines: `usr_${uuid(13)}`,
  request: `req_${uuid(21)}`,
  assignment: `asg_${uuid(21)}_0`,
  addition: `add_${uuid(21)}_1`,
  override: `ovr_${uuid(21)}_1`,
  decision: `dec_${uuid(21)}_0`,
  comment: `cmt_${uuid(21)}_1`,
  document: `doc_${uuid(31)}`,
  delegation: `dlg_${uuid(41)}`,
  item: `itm_${uuid(51)}`,
  command: `cmd_${uuid(61)}`,
} as const;

export const digests = {
  definition: '6f1d3c0b5a4e29788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
  matrix: '0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9',
  revision: '9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab',
  pdf: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  leaf: 'b17ef6d19c7a5b1ee83b907c595526dcb1eb06db8227d650d5dda0a9f4ce8cd9',
  root: '4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865',
  sibling: '252f10c83610ebca1a059c0bae8255eba2f95be4d1d7bcfa89d7248a82d9f111',
} as const;

export const times = {
  published: '2026-01-05T08:00:00.000Z',
  filed: '2026-01-12T09:30:00.000Z',
  decided: '2026-01-13T14:05:12.250Z',
  due: '2026-01-26T23:00:00.000Z',
  expires: '2026-03-13T23:00:00.000Z',
} as const;
