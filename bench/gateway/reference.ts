// The reference of the gateway rows: a process with the same HTTP server and client, and nothing else.
import fastify from "fastify";
import { Agent, setGlobalDispatcher } from "undici";

setGlobalDispatcher(new Agent({ connections: 8 }));
const server = fastify({ logger: false });
server.get("/readyz", (_request, reply) => reply.send({ ready: true }));
await server.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
