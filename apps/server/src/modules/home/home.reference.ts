import reference from '@scalar/fastify-api-reference';
import type { FastifyInstance } from 'fastify';

/** The API reference under /reference/, with its script from this server: no CDN, no fonts, no telemetry. */
export async function registerReference(app: FastifyInstance): Promise<void> {
  await app.register(reference, {
    routePrefix: '/reference',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Countersign API reference',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
    },
  });
}
