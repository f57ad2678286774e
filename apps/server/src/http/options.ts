import type { RouteId } from '@countersign/contract';
import type { FastifyBaseLogger } from 'fastify';
import type { Handlers } from './call.ts';
import type { Authenticator, Principal } from './principal.ts';
import type { ProblemError } from './problem.ts';

/** What the HTTP edge is made of. */
export type AppOptions = {
  readonly handlers: Handlers;
  readonly authenticator: Authenticator;
  readonly logger: FastifyBaseLogger;
  readonly limits: {
    /** Bytes of a JSON body. */
    readonly body: number;
    /** Bytes of an upload. */
    readonly upload: number;
    /** Requests a minute for each key; 0: no limit. */
    readonly rate: number;
    /** Requests without a good key, a minute for each address. */
    readonly anonymous: number;
  };
  /** Believe X-Forwarded-For and X-Forwarded-Proto. */
  readonly trustProxy: boolean;
  /** Told of everybody who is refused for who they are (401, 403), before they are. */
  readonly refused: (refused: Refused) => Promise<void>;
  /** Told of every answer, for metrics. */
  readonly observe: (route: RouteId | 'unknown', status: number, seconds: number) => void;
};

export type Refused = {
  readonly operation: RouteId;
  readonly problem: ProblemError;
  /** Null where the key was no good, or none was presented. */
  readonly principal: Principal | null;
  /** As presented, for looking up whose it was. */
  readonly secret: string | null;
  readonly actFor: string | null;
};
