import type { FastifyRequest } from '@nabiz/shared/http'

/** Fields of a JSON object or an HTML form; undefined when the body is neither. An empty body has no fields. */
export function readBody(request: FastifyRequest): Record<string, unknown> | undefined {
  const { body } = request
  if (!Buffer.isBuffer(body) || body.length === 0) return {}
  const text = body.toString('utf8')
  if (isForm(request)) return Object.fromEntries(new URLSearchParams(text))
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

export function isForm(request: FastifyRequest): boolean {
  const type = request.headers['content-type'] ?? ''
  return type.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded'
}
