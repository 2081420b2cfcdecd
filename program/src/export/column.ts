/** What a row holds under a name; timestamps in ms UTC. */
export interface Column<Row> {
  name: string
  type: 'STRING' | 'BOOLEAN' | 'INT64' | 'DOUBLE' | 'TIMESTAMP'
  of(row: Row): string | number | boolean | undefined
}
