import { conformances } from "../../../../extensions/webchat/test/conformance.ts";
import { processConformance } from "./process-conformance.ts";
import { workspacePlugins } from "./workspace-plugins.ts";

const plugins = await workspacePlugins();

// Its addresses are found by trying, which two at a time must not do.
processConformance(plugins.channel("webchat"), conformances, { concurrent: false });
