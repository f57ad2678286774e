import { type FastifyInstance, fastify } from 'fastify';

/**
 * The API reference under /reference/, with its script from this server: no CDN, no fonts, no telemetry. It is loaded
 * when somebody first asks for it: it keeps 15 MB of text on the heap.
 */
export async function registerReference(app: FastifyInstance): Promise<void> {
  let pages: Promise<FastifyInstance> | null = null;
  for (const url of ['/reference', '/reference/*'])
    app.get(url, async (request, reply) => {
      pages ??= load().catch((error: unknown) => {
        pages = null;
        throw error;
      });
      const page = await (await pages).inject({ method: 'GET', url: request.url });
      if (page.statusCode === 404) return reply.callNotFound();
      const { 'content-type': type, location } = page.headers;
      if (location !== undefined) reply.header('location', location);
      return reply
        .code(page.statusCode)
        .type(String(type ?? 'text/plain'))
        .send(page.rawPayload);
    });
}

async function load(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference');
  const pages = fastify();
  await pages.register(reference, {
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
  await pages.ready();
  return pages;
}
