import type { Audience } from '../../core/perspective.ts';
import type { SurveyDefinition } from '../../core/survey/definition.ts';
import { readers } from '../http/policy.ts';
import { type RequestContext, type Route, route } from '../http/route.ts';
import { requireDraft } from './drafts.ts';
import { linkPathSchema, posterQuerySchema, posterWordsSchema } from './link-schema.ts';
import { linkAddress, requireLink } from './links.ts';
import { type Poster, posterPdf, posterSvg, qrSvg } from './poster.ts';
import { latestVersion } from './versions.ts';

const tag = 'Survey links';
const LINK = '/api/v1/workspaces/{workspaceId}/surveys/{surveyId}/links/{token}';

const CALLS: Record<string, string> = {
  en: 'Scan the code and tell us.',
  de: 'Code scannen und uns sagen.',
  es: 'Escanee el código y díganoslo.',
  fr: 'Scannez le code et dites-le-nous.',
  nl: 'Scan de code en vertel het ons.',
};

export const surveyPosterRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: `${LINK}/qr.svg`,
      summary: 'The QR code of a link',
      tag,
      policy: readers,
      params: linkPathSchema,
      produces: 'image/svg+xml',
    },
    (context, { params }) =>
      context.inWorkspace(async (tx) => {
        const { token } = await requireLink(context.workspaceId, tx, params.surveyId, params.token);
        return attachment(qrSvg(linkAddress(context.config, token)), 'image/svg+xml', 'qr.svg');
      }),
  ),
  route(
    {
      method: 'get',
      path: `${LINK}/poster`,
      summary: 'The words on a poster for which no others are named',
      tag,
      policy: readers,
      params: linkPathSchema,
      answer: posterWordsSchema,
    },
    async (context, { params }) => {
      const { title, text } = await posterOf(context, params, {});
      return { title, text };
    },
  ),
  route(
    {
      method: 'get',
      path: `${LINK}/poster.svg`,
      summary: 'A poster with the QR code of a link, ready to print',
      tag,
      policy: readers,
      params: linkPathSchema,
      query: posterQuerySchema,
      produces: 'image/svg+xml',
    },
    async (context, { params, query }) =>
      attachment(posterSvg(await posterOf(context, params, query)), 'image/svg+xml', 'poster.svg'),
  ),
  route(
    {
      method: 'get',
      path: `${LINK}/poster.pdf`,
      summary:
        'The poster as PDF; a title in letters that it can’t set, such as Arabic ones, is left out, and the header Parallax-Note says so',
      tag,
      policy: readers,
      params: linkPathSchema,
      query: posterQuerySchema,
      produces: 'application/pdf',
    },
    async (context, { params, query }) => {
      const { pdf, leftOut } = await posterPdf(await posterOf(context, params, query), context.now());
      const response = attachment(pdf, 'application/pdf', 'poster.pdf');
      if (leftOut.length > 0) {
        const note = `left out, because PDF has no letters for it here: ${leftOut.join(', ')}; take the SVG`;
        response.headers.set('Parallax-Note', note);
      }
      return response;
    },
  ),
];

async function posterOf(
  context: RequestContext,
  params: { surveyId: string; token: string },
  query: { size?: Poster['size'] | undefined; title?: string | undefined; text?: string | undefined },
): Promise<Poster> {
  const { workspaceId } = context;
  return context.inWorkspace(async (tx) => {
    const { token, audience, surveyId } = await requireLink(workspaceId, tx, params.surveyId, params.token);
    const draft = await requireDraft(workspaceId, tx, surveyId);
    const definition = (await latestVersion(workspaceId, tx, surveyId))?.definition ?? draft.definition;
    const base = definition?.languages[0]?.split('-')[0] ?? 'en';
    return {
      size: query.size ?? 'a4',
      title: query.title ?? titleOf(definition, audience) ?? draft.name,
      text: query.text ?? CALLS[base] ?? CALLS.en ?? '',
      address: linkAddress(context.config, token),
    };
  });
}

function titleOf(definition: SurveyDefinition | null, audience: Audience): string | undefined {
  const { title, languages } = definition ?? { title: {}, languages: [] };
  const text = title[audience] ?? title.customer;
  return text?.[languages[0] ?? ''] || Object.values(text ?? {}).find((one) => one.trim() !== '');
}

/** Never shown by the browser in the place of the dashboard: the texts in it are anybody's. */
function attachment(body: string | Uint8Array<ArrayBuffer>, type: string, name: string): Response {
  return new Response(body, {
    headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` },
  });
}
