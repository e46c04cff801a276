// The process of one plugin: started by the gateway, it hears it over one pipe, speaks over another, and ends when they do.
import { Socket } from "node:net";
import { PIPES } from "./pipes.ts";
import { runPlugin } from "./plugin-side.ts";

runPlugin({ incoming: new Socket({ fd: PIPES.toPlugin }), outgoing: new Socket({ fd: PIPES.fromPlugin }) }, process);
