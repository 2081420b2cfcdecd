import { secret } from '@nabiz/shared/config'
import { z } from 'zod'

export const wechatConfig = z
  .strictObject({
    /** The account's AppID: `wx…`. It stands at the end of each encrypted message. */
    appId: z.string().regex(/^wx[0-9a-f]{16}$/, 'an AppID, such as wx0123456789abcdef'),
    /** The word entered beside the webhook's address. */
    token: secret.refine((value) => /^[A-Za-z0-9]{3,32}$/.test(value.reveal()), {
      error: '3 to 32 letters and digits',
    }),
    /** EncodingAESKeys of safe mode, the one in force first; the last one before it while it is changed. */
    encodingAesKeys: z
      .array(
        secret.refine((value) => /^[A-Za-z0-9+/]{43}$/.test(value.reveal()), {
          error: '43 letters and digits, as the console shows',
        }),
      )
      .default([]),
    /** Takes messages in plain text. Their signature is not about the message: whoever sees one can forge others. */
    plaintext: z.boolean().default(false),
    /** The account's own id, `gh_…`: what is sent to another is not read. */
    originalId: z
      .string()
      .regex(/^gh_\w{1,64}$/, 'an id such as gh_0123456789ab')
      .optional(),
    /** With it comments under articles are fetched. */
    appSecret: secret.optional(),
    /** Articles sent over the API: msg_data_id, and the article's place in it. */
    articles: z
      .array(
        z.strictObject({
          id: z.string().regex(/^\d{1,20}$/, 'the digits of a msg_data_id, in quotes'),
          index: z.int().min(0).max(7).default(0),
        }),
      )
      .max(200)
      .default([]),
    /** Time between two sweeps of the comments, s. */
    pollSeconds: z.int().min(30).max(86_400).default(300),
    /** Calls a day (Beijing time); the console shows the account's own allowance. */
    dailyCalls: z.int().min(1).max(1_000_000).default(5_000),
    baseUrl: z.url({ protocol: /^https?$/ }).default('https://api.weixin.qq.com'),
  })
  .superRefine(({ encodingAesKeys, plaintext, appSecret, articles }, context) => {
    const fault = (path: string, found: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message, params: { found } })
    if (encodingAesKeys.length === 0 && !plaintext)
      fault('encodingAesKeys', 'none', 'a key, for safe mode (or plaintext: true)')
    if (encodingAesKeys.length > 0 && plaintext) fault('plaintext', 'true', 'false, since there are keys')
    if (articles.length > 0 && !appSecret) fault('appSecret', 'nothing', 'the AppSecret, to fetch comments')
  })
export type WechatConfig = z.output<typeof wechatConfig>
