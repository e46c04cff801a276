// Loaded with `--import`: SIGUSR2 sets the clock of the process back by an hour, SIGPWR forth by two.
const HOUR_MS = 3_600_000;
const realNow = Date.now.bind(Date);
let offsetMs = 0;
Date.now = () => realNow() + offsetMs;
process.on("SIGUSR2", () => (offsetMs -= HOUR_MS));
process.on("SIGPWR", () => (offsetMs += 2 * HOUR_MS));
