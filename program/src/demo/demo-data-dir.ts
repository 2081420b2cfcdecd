/** Folder of the demonstration's log and store; made anew at each start. */
export const demoDataDir = '.nabiz/demo'
