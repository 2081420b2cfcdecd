import { startFakeTelegram } from '../../../services/ingest/tests/fakes/telegram-server.ts'
import type { PlatformInTrouble, TroubleOptions } from './platform-in-trouble.ts'

const token = '123456:AA-invented_token'
const group = { id: -1009876543210, type: 'supergroup', title: 'Sohbet', username: 'sohbetgrubu' }

/** A bot that polls: refused, asked for pauses, cut off, told that its token is none. */
export async function telegram({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeTelegram(token)
  let written = 0
  return {
    platform: 'telegram',
    account: {
      platform: 'telegram',
      token: secret('bot', token),
      baseUrl: fake.baseUrl,
      pollSeconds: 2,
      chats: { [group.id]: [brand] },
    },
    write(text) {
      written += 1
      const message = {
        message_id: written,
        date: Math.floor(Date.now() / 1_000),
        chat: group,
        from: { id: 9, is_bot: false, first_name: 'Ece' },
        text,
      }
      fake.push({ message })
      // Twice under two numbers, as after a fault of Telegram's own.
      if (written % 5 === 0) fake.push({ message })
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(429, 1)
      if (phase === 1) fake.refuseNext('reset')
      if (phase === 2) fake.refuseNext(500)
      if (phase === 3) fake.refuseNext(401)
      if (phase === 4) fake.refuseNext('not json')
    },
    calm: () => undefined,
    settled: () => Promise.resolve(),
    faults: () =>
      fake.callsTooEarly === 0 ? [] : [`telegram: ${fake.callsTooEarly} calls in a pause it had asked for`],
    close: fake.close,
  }
}
