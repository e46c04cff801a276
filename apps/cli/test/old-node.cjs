// Preloaded to make a process look like one of an older Node.
Object.defineProperty(process, "versions", { value: { ...process.versions, node: process.env.PRETEND_NODE } });
