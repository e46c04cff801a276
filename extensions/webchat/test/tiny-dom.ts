// The few parts of a browser's document that the page's script uses, and nothing that turns text into HTML.

type Listener = (event: TinyEvent) => void;
interface TinyEvent {
  readonly [key: string]: unknown;
  preventDefault(): void;
}

export class TinyElement {
  readonly tag: string;
  readonly dataset: Record<string, string> = {};
  readonly attributes = new Map<string, string>();
  parent: TinyElement | undefined;
  children: (TinyElement | string)[] = [];
  className = "";
  value = "";
  hidden = false;
  rows = 1;
  scrollTop = 0;
  readonly scrollHeight = 0;
  readonly clientHeight = 0;
  private readonly listeners = new Map<string, Listener[]>();

  constructor(tag: string) {
    this.tag = tag;
  }

  get isConnected(): boolean {
    return this.tag === "root" || (this.parent?.isConnected ?? false);
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === "string" ? child : child.textContent)).join("");
  }

  set textContent(text: string) {
    this.replaceChildren(text);
  }

  append(...nodes: (TinyElement | string)[]): void {
    for (const node of nodes) {
      if (typeof node !== "string") {
        node.remove();
        node.parent = this;
      }
      this.children.push(node);
    }
  }

  replaceChildren(...nodes: (TinyElement | string)[]): void {
    this.children = [];
    this.append(...nodes);
  }

  remove(): void {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = undefined;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  fire(type: string, event: Record<string, unknown> = {}): void {
    for (const listener of this.listeners.get(type) ?? []) listener({ ...event, preventDefault() {} });
  }

  requestSubmit(): void {
    this.fire("submit");
  }

  setCustomValidity(): void {}
  focus(): void {}
}

/** A document with the elements that have an id in `html`; what stands inside them is not read, but for `settings`. */
export function tinyDocument(html: string): TinyElement & { byId(id: string): TinyElement } {
  const root = new TinyElement("root");
  const byId = new Map<string, TinyElement>();
  for (const [, tag = "", id = ""] of html.matchAll(/<(\w+)[^>]*\sid="([\w-]+)"/g)) {
    const element = new TinyElement(tag);
    byId.set(id, element);
    root.append(element);
  }
  const settings = /id="settings">([^<]*)</.exec(html)?.[1] ?? "";
  byId.get("settings")?.append(settings);
  const found = (id: string) => {
    const element = byId.get(id);
    if (element === undefined) throw new Error(`the page has no #${id}`);
    return element;
  };
  return Object.assign(root, {
    byId: found,
    getElementById: found,
    createElement: (tag: string) => new TinyElement(tag),
    createTextNode: (text: string) => text,
    visibilityState: "visible",
  });
}
