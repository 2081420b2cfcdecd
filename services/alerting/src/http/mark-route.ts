import { type Act, incidentMark, incidentMarks } from '@nabiz/shared/contracts'
import type { FastifyInstance } from '@nabiz/shared/http'
import { actId } from '../incidents/identify.ts'
import { allow } from './guard.ts'
import { readBody } from './read-body.ts'
import type { RoutesOptions } from './routes.ts'

export interface MarkRouteOptions extends Pick<RoutesOptions, 'clock' | 'reader' | 'adminToken'> {
  write(act: Act): Promise<void>
}

/** Adds the route by which a person says what an incident was. */
export function addMarkRoute(app: FastifyInstance, options: MarkRouteOptions): void {
  const { clock, reader } = options
  app.post<{ Params: { id: string } }>('/incidents/:id/mark', async (request, reply) => {
    if (!allow(request, reply, options.adminToken, 'adminToken')) return reply
    const body = readBody(request)
    if (!body) return reply.code(400).send({ error: 'body: expected a JSON object or a form' })
    const mark = incidentMark.safeParse(body.mark)
    if (!mark.success) {
      return reply.code(400).send({ error: `mark: expected one of ${incidentMarks.join(', ')}` })
    }
    const incident = await reader.one(request.params.id)
    if (!incident || incident.probe) return reply.code(404).send({ error: 'no such incident' })
    const duplicateOf = textOf(body.duplicateOf)
    if (duplicateOf !== undefined && (mark.data !== 'duplicate' || duplicateOf === incident.id))
      return reply.code(400).send({ error: 'duplicateOf: expected another incident, beside mark duplicate' })
    if (duplicateOf !== undefined && !(await reader.one(duplicateOf, incident.brand)))
      return reply.code(404).send({ error: 'duplicateOf: no such incident of this brand' })
    const at = clock.now()
    const by = (textOf(body.by) ?? 'admin').slice(0, 200)
    const note = textOf(body.note)?.slice(0, 2_000)
    await options.write({
      v: 1,
      type: 'act',
      id: actId(incident.id, `mark/${mark.data}`, by, at),
      brand: incident.brand,
      act: 'mark',
      incident: incident.id,
      mark: mark.data,
      ...(duplicateOf === undefined ? {} : { duplicateOf }),
      by,
      at,
      ...(note === undefined ? {} : { note }),
    })
    return reply.code(202).send({ incident: incident.id, mark: mark.data, accepted: true })
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
