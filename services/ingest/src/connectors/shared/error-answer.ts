import type { z } from 'zod'

/** How a platform's documented error answer is known, for `nabiz decode`; what it tells, its own code or name first. */
export function errorAnswer<S extends z.ZodType>(
  shape: S,
  tell: (answer: z.output<S>) => unknown,
): (value: unknown) => string | undefined {
  return (value) => {
    const parsed = shape.safeParse(value)
    // Codes and names are short; what is longer would be a text.
    return parsed.success ? String(tell(parsed.data)).slice(0, 80) : undefined
  }
}
