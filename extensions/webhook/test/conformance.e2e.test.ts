import { channelConformance } from "@loong/testkit";
import { conformances } from "./conformance.ts";

for (const each of conformances) channelConformance(each);
