/** The highest severity that pages nobody: of too few authors, of a rise that has yet to last, of a brand newly watched. */
export const cappedSeverity = 0.99
