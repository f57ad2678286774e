import type { z } from 'zod';
import type { Body, Route } from './route.ts';
import { administrationRoutes } from './routes/administration.ts';
import { assignmentRoutes } from './routes/assignments.ts';
import { bulkRoutes } from './routes/bulk.ts';
import { calendarRoutes } from './routes/calendars.ts';
import { commentRoutes } from './routes/comments.ts';
import { controlRoutes } from './routes/control.ts';
import { definitionRoutes } from './routes/definitions.ts';
import { exchangeRateRoutes } from './routes/exchange-rates.ts';
import { logRoutes } from './routes/log.ts';
import { recordRoutes } from './routes/records.ts';
import { requestRoutes } from './routes/requests.ts';
import { setAsideRoutes } from './routes/set-aside.ts';
import { tokenRoutes } from './routes/tokens.ts';

/** Every route, by its id. The server registers from here and OpenAPI is made from here. */
export const routes = {
  ...requestRoutes,
  ...commentRoutes,
  ...tokenRoutes,
  ...assignmentRoutes,
  ...bulkRoutes,
  ...controlRoutes,
  ...definitionRoutes,
  ...calendarRoutes,
  ...exchangeRateRoutes,
  ...recordRoutes,
  ...logRoutes,
  ...administrationRoutes,
  ...setAsideRoutes,
} as const satisfies { readonly [id: string]: Route };

export type RouteId = keyof typeof routes;
export const routeIds = Object.keys(routes) as [RouteId, ...RouteId[]];
/** The same table with the general type, for code that treats all routes alike. */
export const routeTable: { readonly [id in RouteId]: Route } = { ...routes };

type At<Id extends RouteId> = (typeof routes)[Id];
type Parsed<R, K extends string> = R extends { readonly [key in K]: infer S extends z.ZodType }
  ? z.output<S>
  : undefined;

/** What the handler of a route receives once its request is validated. */
export type ParamsOf<Id extends RouteId> = Parsed<At<Id>, 'params'>;
export type QueryOf<Id extends RouteId> = Parsed<At<Id>, 'query'>;
export type HeadersOf<Id extends RouteId> = Parsed<At<Id>, 'headers'>;
export type BodyOf<Id extends RouteId> =
  At<Id> extends { readonly body: infer B extends Body }
    ? B extends { readonly kind: 'json'; readonly schema: infer S extends z.ZodType }
      ? z.output<S>
      : 'stream'
    : undefined;
/** What it answers, by status. */
export type AnswerOf<Id extends RouteId> = {
  [Status in keyof At<Id>['answers'] & number]: At<Id>['answers'][Status] extends {
    readonly schema: infer S extends z.ZodType;
  }
    ? z.input<S>
    : 'stream';
};
