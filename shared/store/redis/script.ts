/** A Lua script that runs as one step on the server. */
export interface Script {
  readonly name: string
  readonly text: string
}

/**
 * Every script begins with two arguments: the time to go by (empty: the server's own) and the server's time after which
 * it must not run any more. A call the client has given up may still wait in a socket's buffer; without the second, it
 * would take effect after later calls of the same caller. `now` and `arg` (the arguments after those two) are for the body.
 */
const prelude = `
local t = redis.call('TIME')
local server = t[1] * 1000 + math.floor(t[2] / 1000)
if server > tonumber(ARGV[2]) then
  return redis.error_reply('NABIZLATE ' .. string.format('%.0f', server))
end
local now = tonumber(ARGV[1]) or server
`

/** Answer of a script that came too late, with the server's time, ms. */
export const lateAnswer = /NABIZLATE (\d+)/

/** The whole text goes with every call: a script a server does not know yet would be sent again later, out of order. */
export function script(name: string, body: string): Script {
  return { name, text: `${prelude}${body}`.replace(/^\s+/gm, '') }
}
