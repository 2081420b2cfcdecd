import { secret } from '@nabiz/shared/config'
import { z } from 'zod'

/** What plans call a channel. */
export const channelId = z.string().min(1).max(128)

/** An address to post to. */
export const httpUrl = z.url({ protocol: /^https?$/u, error: 'an http or https URL' })

/** An address that is itself a secret, by reference. */
export const secretUrl = secret.refine((value) => httpUrl.safeParse(value.reveal()).success, {
  message: 'a reference to an http or https URL',
  params: { found: 'something else' },
})

/** One person's or one list's mailbox, without a display name. */
export const mailAddress = z.email({ error: 'an e-mail address' })
