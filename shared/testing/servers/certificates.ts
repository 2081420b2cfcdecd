import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Paths of PEM files. */
export interface Certificates {
  caFile: string
  certFile: string
  keyFile: string
}

/** Makes an authority and a certificate by it for one host name, good for a day, with `openssl`. */
export async function makeCertificates(folder: string, host: string): Promise<Certificates> {
  const path = (name: string) => join(folder, `${host}-${name}`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  await run('openssl', [
    ...['req', '-x509', ...key, '-days', '1', '-subj', '/CN=nabiz test authority'],
    ...['-keyout', path('ca.key'), '-out', path('ca.pem')],
  ])
  await run('openssl', [
    ...['req', ...key, '-subj', `/CN=${host}`, '-keyout', path('server.key'), '-out', path('server.csr')],
  ])
  writeFileSync(path('names'), `subjectAltName=DNS:${host}\n`)
  await run('openssl', [
    ...['x509', '-req', '-days', '1', '-in', path('server.csr'), '-extfile', path('names')],
    ...['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-out', path('server.pem')],
  ])
  return { caFile: path('ca.pem'), certFile: path('server.pem'), keyFile: path('server.key') }
}
