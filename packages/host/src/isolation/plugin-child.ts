// The process of one plugin: started by the gateway, it speaks to it over one pipe and ends when the pipe does.
import { Socket } from "node:net";
import { runPlugin } from "./plugin-side.ts";

runPlugin(new Socket({ fd: 3 }), process);
