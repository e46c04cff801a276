import { BlockList, type LookupFunction, isIP } from "node:net";

/**
 * Not for the public: this network, private, carrier's, loopback, link-local, protocol assignments, documentation, 6to4
 * relays, benchmarks, multicast and reserved.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const CLOSED_IPV4 = subnets("ipv4", [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
]);

/** All that is handed out; loopback, local, mapped, translated (NAT64) and multicast addresses lie outside. */
const GLOBAL_IPV6 = subnets("ipv6", ["2000::/3"]);

/**
 * Teredo and other protocol assignments, documentation, and 6to4, which holds an IPv4 address.
 *
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const CLOSED_IPV6 = subnets("ipv6", ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]);

/**
 * Whether `address` is one that anybody on the internet could be reached at. Anything that is no address is not, nor is IPv6
 * that stands for an IPv4 address: mapped (`::ffff:0:0/96`), compatible (`::/96`), NAT64 (`64:ff9b::/96`) and 6to4.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !CLOSED_IPV4.check(address, "ipv4");
    case 6: {
      const [plain = ""] = address.split("%");
      return GLOBAL_IPV6.check(plain, "ipv6") && !CLOSED_IPV6.check(plain, "ipv6");
    }
    default:
      return false;
  }
}

/** Loaded when a name is looked up: most commands never do. */
const lookupName: LookupFunction = (hostname, options, callback) => {
  import("node:dns").then(
    ({ lookup }) => lookup(hostname, options, callback),
    (error: NodeJS.ErrnoException) => callback(error, ""),
  );
};

/**
 * For addresses that come from outside: the `lookup` of a socket that connects only to public addresses. It checks what it
 * gives, so that a name which changes its address between check and connection gains nothing, and one address that is not
 * public spoils the name. A host that is an address is never looked up: check it with `isPublicAddress`. Redirects are other
 * hosts: follow none.
 *
 * @param host - The name that is checked. Others are those of a proxy, which the operator chose.
 * @param refusal - The error for a name that stands for a private address.
 * @param resolve - Asks the name server. Default `dns.lookup`.
 */
export function createPublicLookup(
  host: string,
  refusal: () => Error,
  resolve: LookupFunction = lookupName,
): LookupFunction {
  return (hostname, options, callback) => {
    if (hostname !== host) return lookupName(hostname, options, callback);
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const addresses = Array.isArray(found) ? found : [];
      const [first] = addresses;
      if (error !== null || first === undefined) callback(error ?? new Error("no address"), "");
      else if (!addresses.every(({ address }) => isPublicAddress(address))) callback(refusal(), "");
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function subnets(family: "ipv4" | "ipv6", ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", prefix] = range.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}
