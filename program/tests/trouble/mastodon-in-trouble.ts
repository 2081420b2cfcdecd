import { startFakeMastodon } from '../../../services/ingest/tests/fakes/mastodon-server.ts'
import { faultOf, type PlatformInTrouble, polledOnly, type TroubleOptions } from './platform-in-trouble.ts'

const token = 'invented-token'
const tag = 'velmora'

/** A hashtag of one instance, live and by polling: lines break, the token is revoked for a while. */
export async function mastodon({ secret, brand }: TroubleOptions): Promise<PlatformInTrouble> {
  const fake = await startFakeMastodon(token)
  let written = 0
  return {
    platform: 'mastodon',
    account: {
      platform: 'mastodon',
      baseUrl: fake.baseUrl,
      accessToken: secret('token', token),
      hashtags: [tag],
      notifications: false,
      pollSeconds: 30,
      brands: [brand],
    },
    write(text) {
      written += 1
      const status = {
        id: String(115_000_000_000_000_000n + BigInt(written)),
        uri: `https://other.example/statuses/${written}`,
        url: `https://other.example/@ece/${written}`,
        created_at: new Date().toISOString(),
        edited_at: null,
        content: `<p>${text}</p>`,
        spoiler_text: '',
        language: 'tr',
        visibility: 'public',
        account: { id: '9', acct: 'ece@other.example' },
      }
      fake.lists.set(`tag/${tag}`, [status, ...(fake.lists.get(`tag/${tag}`) ?? [])])
      fake.send(['hashtag', tag], 'update', status)
      if (written % 15 === 0) fake.cut()
    },
    trouble(phase) {
      if (phase === 0) fake.refuseNext(500, 'html')
      if (phase === 1) fake.tokens.clear()
      if (phase === 2) fake.tokens.add(token)
      if (phase === 3) fake.refuseNext(503, 429)
      if (phase === 4) fake.cut()
    },
    ...polledOnly,
    calm: () => void fake.tokens.add(token),
    faults: () => faultOf('mastodon', fake.callsBeyondLimit, 'calls beyond those of five minutes'),
    close: fake.close,
  }
}
