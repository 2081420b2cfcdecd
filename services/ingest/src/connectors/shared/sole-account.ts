/** For `nabiz decode`: whose answer it is, where the config has one account; an answer does not say. */
export function soleAccount(accounts: Readonly<Record<string, readonly string[]>>) {
  const [first, ...others] = Object.entries(accounts)
  if (!first || others.length > 0) return { id: undefined, brands: [] }
  const [id, brands] = first
  return { id, brands }
}
