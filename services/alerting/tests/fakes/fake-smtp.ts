import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { localhostCertificate } from './localhost-certificate.ts'

/** A mail as it arrived: its bytes, what a mail reader makes of them, and whom the envelope named. */
export interface ReceivedMail {
  raw: string
  parsed: ParsedMail
  to: string[]
  encrypted: boolean
}

/** An SMTP server that takes mail for anybody after STARTTLS and a login, unless told to refuse. */
export interface FakeSmtp {
  port: number
  /** PEM to trust. */
  authority: string
  mails: ReceivedMail[]
  /** The next commands of this kind get this reply code, one each. */
  refuse(at: 'rcpt' | 'data' | 'auth', code: number): void
  /** From now on the server says nothing to new connections. */
  hang(): void
  close(): Promise<void>
}

export async function startFakeSmtp(login: { user: string; password: string }): Promise<FakeSmtp> {
  const mails: ReceivedMail[] = []
  const refusals: { at: string; code: number }[] = []
  let hanging = false
  const refusal = (at: string) => {
    const index = refusals.findIndex((entry) => entry.at === at)
    const [entry] = index < 0 ? [] : refusals.splice(index, 1)
    return (
      entry &&
      Object.assign(new Error('refused by order <oncall@kuzey.example>'), { responseCode: entry.code })
    )
  }
  const server = new SMTPServer({
    ...localhostCertificate,
    // Waiting without end for a reverse look-up is how a server hangs.
    disableReverseLookup: true,
    authMethods: ['PLAIN', 'LOGIN'],
    onConnect(_session, callback) {
      if (!hanging) callback()
    },
    onAuth(auth, _session, callback) {
      const known = auth.username === login.user && auth.password === login.password
      const refused = refusal('auth') ?? (known ? undefined : new Error('Invalid username or password'))
      if (refused) callback(refused)
      else callback(null, { user: login.user })
    },
    onRcptTo(_address, _session, callback) {
      callback(refusal('rcpt'))
    },
    onData(stream, session, callback) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const refused = refusal('data')
        if (refused) return callback(refused)
        const raw = Buffer.concat(parts)
        void simpleParser(raw).then((parsed) => {
          mails.push({
            raw: raw.toString('latin1'),
            parsed,
            to: session.envelope.rcptTo.map((entry) => entry.address),
            encrypted: session.secure,
          })
          callback()
        }, callback)
      })
    },
  })
  server.on('error', () => undefined) // a client that gives up is no fault of the server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.server.address() as AddressInfo).port,
    authority: localhostCertificate.cert,
    mails,
    refuse: (at, code) => void refusals.push({ at, code }),
    hang: () => {
      hanging = true
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
