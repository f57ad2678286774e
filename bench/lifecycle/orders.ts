/** What the driver is told. */
export type Orders = {
  readonly kind: 'lifecycle' | 'echo';
  readonly port: number;
  readonly clients: number;
  /** Makes keys and references of this driver its own. */
  readonly name: string;
  readonly lifecycle: Cast;
  readonly echo: { readonly headers: string; readonly body: string };
};

/** Who files and who decides. */
export type Cast = {
  readonly requesters: readonly string[];
  /** The approvers of a request of this region, in the order of their steps. */
  readonly regions: readonly { readonly name: string; readonly approvers: readonly string[] }[];
  /** API keys. */
  readonly filing: string;
  readonly deciding: string;
};

/** One window: so long, or until so many lifecycles were begun. */
export type Drive = { readonly seconds: number; readonly most: number };

/** What the driver saw in one window; times in ms, processor time in s. */
export type Seen = {
  lifecycles: number;
  commands: number;
  seconds: number;
  cpu: number;
  readonly create: number[];
  readonly decide: number[];
};
