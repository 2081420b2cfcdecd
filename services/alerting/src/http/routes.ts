import type { Secret } from '@nabiz/shared/config'
import { type Act, act, brandId } from '@nabiz/shared/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from '@nabiz/shared/http'
import type { Log } from '@nabiz/shared/log'
import type { Clock } from '@nabiz/shared/time'
import type { BrandSettings } from '../incidents/context.ts'
import { actId, incidentId } from '../incidents/identify.ts'
import type { Incident } from '../incidents/incident.ts'
import type { IncidentReader } from '../incidents/incident-reader.ts'
import { ackPage } from './ack-page.ts'
import { type AckGrant, readAckToken } from './ack-token.ts'
import { allow, securityHeaders } from './guard.ts'
import { ackView, incidentDetail, incidentSummary } from './incident-view.ts'
import { addMarkRoute } from './mark-route.ts'
import { isForm, readBody } from './read-body.ts'

export interface RoutesOptions {
  log: Log
  clock: Clock
  reader: IncidentReader
  settings(brand: string): BrandSettings
  isKnownBrand(brand: string): boolean
  ackSecret: Secret | undefined
  readToken: Secret | undefined
  adminToken: Secret | undefined
}

interface IncidentRoute {
  Params: { id: string }
  Querystring: { token?: string }
}

/** Adds alerting's routes. People's acts are written to `breaches`; the owner of the brand's partition applies them. */
export function addRoutes(app: FastifyInstance, options: RoutesOptions): void {
  const { log, clock, reader, settings } = options

  app.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders))
      if (!reply.hasHeader(name)) reply.header(name, value)
  })

  app.get('/incidents', async (request, reply) => {
    if (!allow(request, reply, options.readToken, 'readToken')) return reply
    const incidents = await reader.all()
    return reply.send({ incidents: incidents.filter((entry) => !entry.probe).map(incidentSummary) })
  })

  app.get<IncidentRoute>('/incidents/:id', async (request, reply) => {
    if (!allow(request, reply, options.readToken, 'readToken')) return reply
    const incident = await reader.one(request.params.id)
    if (!incident) return reply.code(404).send({ error: 'no such incident' })
    return reply.send(incidentDetail(incident))
  })

  app.get<IncidentRoute>('/incidents/:id/ack', async (request, reply) => {
    const token = textOf(request.query.token)
    const grant = grantOf(request.params.id, token)
    if (!grant) return refuse(request, reply, 403)
    const incident = await reader.one(grant.incident, grant.brand)
    if (!incident) return refuse(request, reply, 404)
    const view = ackView(incident, settings(incident.brand))
    return reply.type('text/html; charset=utf-8').send(ackPage(view, token, false))
  })

  app.post<IncidentRoute>('/incidents/:id/ack', async (request, reply) => {
    const body = readBody(request)
    if (!body) return reply.code(400).send({ error: 'body: expected a JSON object or a form' })
    const token = textOf(body.token) ?? textOf(request.query.token)
    const grant = grantOf(request.params.id, token)
    let person = grant?.person
    if (!grant) {
      if (token !== undefined || request.headers.authorization === undefined)
        return refuse(request, reply, 403)
      if (!allow(request, reply, options.adminToken, 'adminToken')) return reply
      person = (textOf(body.by) ?? 'admin').slice(0, 200)
    }
    const incident = await reader.one(request.params.id, grant?.brand)
    if (!incident) return refuse(request, reply, 404)
    return acknowledge(request, reply, incident, person ?? 'unknown')
  })

  app.post<IncidentRoute>('/brands/:id/drill', async (request, reply) => {
    if (!allow(request, reply, options.adminToken, 'adminToken')) return reply
    const brand = request.params.id
    const body = readBody(request)
    if (!body) return reply.code(400).send({ error: 'body: expected a JSON object or a form' })
    if (!brandId.safeParse(brand).success || !options.isKnownBrand(brand))
      return reply.code(404).send({ error: 'no such brand' })
    const running = (await reader.ofBrand(brand)).find((entry) => entry.drill && entry.state !== 'resolved')
    if (running) return reply.send({ brand, incident: running.id, accepted: false })
    const at = clock.now()
    const by = (textOf(body.by) ?? 'admin').slice(0, 200)
    const id = actId(brand, 'drill', by, at)
    await write({ v: 1, type: 'act', id, brand, act: 'drill', by, at })
    return reply.code(202).send({ brand, incident: incidentId(brand, id), accepted: true })
  })

  addMarkRoute(app, { clock, reader, adminToken: options.adminToken, write })

  async function acknowledge(
    request: FastifyRequest,
    reply: FastifyReply,
    incident: Incident,
    person: string,
  ): Promise<FastifyReply> {
    const isOpen = incident.state === 'open'
    if (isOpen) {
      await write({
        v: 1,
        type: 'act',
        id: actId(incident.id, 'acknowledge', person, incident.openings),
        brand: incident.brand,
        act: 'acknowledge',
        incident: incident.id,
        by: person,
        at: clock.now(),
      })
    }
    reply.code(isOpen ? 202 : 200)
    if (isForm(request)) {
      const view = ackView(incident, settings(incident.brand))
      return reply.type('text/html; charset=utf-8').send(ackPage(view, undefined, isOpen))
    }
    return reply.send({ incident: incident.id, state: incident.state, accepted: isOpen })
  }

  async function write(content: Act): Promise<void> {
    const value = new TextEncoder().encode(JSON.stringify(act.parse(content)))
    await log.append([{ topic: 'breaches', key: content.brand, value }])
  }

  function grantOf(incident: string, token: string | undefined): AckGrant | undefined {
    if (token === undefined || !options.ackSecret) return undefined
    const grant = readAckToken(options.ackSecret, token, clock.now())
    return grant?.incident === incident ? grant : undefined
  }
}

function refuse(request: FastifyRequest, reply: FastifyReply, status: 403 | 404): FastifyReply {
  const error = status === 403 ? 'this link is not valid, or no longer' : 'no such incident'
  const wantsPage = request.method === 'GET' || isForm(request)
  reply.code(status)
  return wantsPage ? reply.type('text/plain; charset=utf-8').send(error) : reply.send({ error })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
